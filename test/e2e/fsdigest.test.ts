import { expect, it } from "vitest";
import { fileCapability } from "../support/corpus/binary-xattrs.ts";
import { writeCraftedArchive } from "../support/corpus/crafted-archive.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { digestOfTree } from "../support/fsdigest-twin.ts";
import { planish } from "../support/planish.ts";
import {
  block,
  char,
  dir,
  fifo,
  file,
  hardlink,
  type LayerFixture,
  layer,
  opaque,
  symlink,
  whiteout,
} from "../support/tar-fixture.ts";
import { snapshotTree } from "../support/tree-snapshot.ts";

const capable = { mode: 0o4711, xattrs: { "security.capability": fileCapability(5), "user.b": "\0\xff=" } };
const owned = { uid: 3_000_000, gid: 7, mtime: 1_000_000_000 };

/** The same files, built in two ways. */
const LAYERED: readonly LayerFixture[] = [
  layer(dir("d"), file("d/one", "old"), file("d/gone"), dir("o"), file("o/hidden"), symlink("s", "d")),
  layer(
    dir("d", { mode: 0o1777, ...owned }),
    file("d/one", "new", { ...owned, mtimeNanoseconds: 1 }),
    whiteout("d/gone"),
  ),
  layer(
    dir("o"),
    opaque("o"),
    file("o/n\xff", "name", capable),
    hardlink("link", "o/n\xff", capable),
    char("null", 1, 3),
  ),
  layer(fifo("p", owned), block("loop", 7, 300), file("empty")),
];
const REBUILT: readonly LayerFixture[] = [
  layer(
    file("empty"),
    file("link", "name", capable),
    dir("o"),
    hardlink("o/n\xff", "link", capable),
    symlink("s", "d"),
  ),
  layer(
    block("loop", 7, 300),
    char("null", 1, 3),
    fifo("p", owned),
    dir("d", { mode: 0o1777, ...owned }),
    file("d/one", "new", { ...owned, mtimeNanoseconds: 1 }),
  ),
];
const OTHER: readonly LayerFixture[] = [...REBUILT, layer(file("empty", "", { mtimeNanoseconds: 1 }))];

e2eSuite("The filesystem digest of an image", (workshop) => {
  const archive = (name: string, layers: readonly LayerFixture[]): string =>
    writeCraftedArchive(workshop, { name, layers, cmd: ["true"] });
  const images = [archive("layered", LAYERED), archive("rebuilt", REBUILT), archive("other", OTHER)];

  it.each(["docker20", "docker26Containerd", "podman5"] as const)(
    "is that of the tree that %s mounts, and equal where the trees are",
    async (name) => {
      const engine = workshop.engines[name];
      const digests: string[] = [];
      for (const path of images) {
        const id = await engine.load(path);
        const mounted = digestOfTree(await engine.mount(id, snapshotTree));
        await engine.remove(id);
        const { stdout } = await planish("fsdigest", "-q", "--profile", engine.profile, `docker-archive:${path}`);
        expect(stdout.trim()).toBe(mounted);
        digests.push(mounted);
      }
      expect(digests[1]).toBe(digests[0]);
      expect(digests[2]).not.toBe(digests[0]);
    },
  );
});
