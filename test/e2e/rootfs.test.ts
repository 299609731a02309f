import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { fsdigest } from "../../src/index.ts";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { helloImage } from "../support/corpus/hello.ts";
import { tortureImage } from "../support/corpus/torture.ts";
import type { CorpusImage, Workshop } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { runInside } from "../support/engines/engine-namespace.ts";
import { engineSockets } from "../support/engines/engine-set.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { planish } from "../support/planish.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { snapshotTree, type TreeEntry, type TreeSnapshot } from "../support/tree-snapshot.ts";

e2eSuite("A root filesystem", (workshop) => {
  const { engines, namespace } = workshop;
  const at = (name: string): string => join(workshop.folder, name);
  let exotic: CorpusImage;
  let mounted: TreeSnapshot;

  beforeAll(async () => {
    exotic = exoticImage(workshop);
    mounted = await mountOf(exotic.archive);
  });

  async function mountOf(archive: string): Promise<TreeSnapshot> {
    const id = await engines.containerd.load(archive);
    try {
      return await engines.containerd.mount(id, snapshotTree);
    } finally {
      await engines.containerd.remove(id);
    }
  }

  it.each([
    ["that engines can hold only just", exoticImage],
    ["with everything that builders make", (of: Workshop) => tortureImage(of, of.engines.docker20)],
  ])("of an image %s is in a folder what containerd mounts, and makes the same image again", async (title, make) => {
    const { archive } = await make(workshop);
    const name = title.replaceAll(" ", "-");
    await planish("export", archive, `${at(name)}/`, "--config-out", at(`${name}.json`));
    expect(compareTrees(await mountOf(archive), byContainerd(snapshotTree(at(name))))).toEqual([]);
    const config = ["--config-in", at(`${name}.json`), "-t", "rootfs:again"];
    await planish("import", at(name), `docker-archive:${at(`${name}.tar`)}`, ...config);
    await planish("verify", archive, at(`${name}.tar`));
    await rm(at(name), { recursive: true });
  });

  it("in a tar has all attributes, compressed or not", async () => {
    const [expected] = (await fsdigest(exotic.archive)).images;
    for (const name of ["plain.tar", "small.tar.gz", "small.tar.zst"]) {
      await planish("export", exotic.archive, at(name));
      const [found] = (await fsdigest(`rootfs:${at(name)}`)).images;
      expect(found?.fsdigest, name).toBe(expected?.fsdigest);
    }
  });

  it("in a folder runs as a chroot", async () => {
    const hello = await helloImage(workshop, engines.docker20);
    await planish("export", hello.archive, `${at("hello")}/`);
    const printed = execFileSync("chroot", [at("hello"), "/bin/sh", "-c", "cat /message.txt"], { encoding: "utf8" });
    expect(printed.trim()).toBe(hello.prints?.trim());
  });

  it.each([
    ["squashfs", (file: string, to: string) => ["unsquashfs", "-quiet", "-no-progress", "-dest", to, file]],
    ["erofs", (file: string, to: string) => ["fsck.erofs", `--extract=${to}`, file]],
  ])("in a filesystem image of %s has the same files", async (form, unpack) => {
    await planish("export", exotic.archive, at(`exotic.${form}`));
    const [command = "", ...args] = unpack(at(`exotic.${form}`), at(`from-${form}`));
    execFileSync(command, args, { stdio: "ignore" });
    expect(compareTrees(known(mounted), known(snapshotTree(at(`from-${form}`))))).toEqual([]);
  });

  it("in a filesystem image of ext4 is sound, and has the same files", async () => {
    await planish("export", exotic.archive, at("exotic.ext4"));
    execFileSync("e2fsck", ["-fn", at("exotic.ext4")], { stdio: "ignore" });
    mkdirSync(at("from-ext4"));
    execFileSync("debugfs", ["-R", `rdump /exotic ${at("from-ext4")}`, at("exotic.ext4")], {
      stdio: "ignore",
    });
    const dumped = (path: string, { type }: TreeEntry): boolean =>
      path.startsWith("exotic/") && ["file", "directory", "symlink"].includes(type);
    const expected = new Map([...mounted].filter(([path, entry]) => dumped(path, entry)));
    const found = new Map([...snapshotTree(at("from-ext4"))].filter(([path, entry]) => dumped(path, entry)));
    expect(compareTrees(known(expected), known(found))).toEqual([]);
  });

  it("in a filesystem image is reproducible to the byte, and no file gets another time", async () => {
    // No entry for the root, whose time would otherwise be that of unpacking; and a file newer than the image.
    const young = Date.UTC(2030, 0, 1) / 1000;
    const layers = [layer(file("a/old", "1", { mtime: 1_000_000 }), file("young", "2".repeat(5000), { mtime: young }))];
    const rootless = writeArchive(at("rootless.tar"), dockerClassic(image({ layers, tags: ["rootless:1"] })));
    const digests = async (turn: number): Promise<string[]> => {
      const found: string[] = [];
      for (const form of ["squashfs", "erofs", "ext4"]) {
        for (const [name, from] of Object.entries({ rootless, exotic: exotic.archive })) {
          const path = at(`${name}-${turn}.${form}`);
          await planish("export", from, path);
          found.push(`${name} ${form} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`);
        }
      }
      return found;
    };
    const first = await digests(1);
    await sleep(1100);
    expect(await digests(2)).toEqual(first);
    execFileSync("fsck.erofs", [`--extract=${at("young")}`, at("rootless-1.erofs")], { stdio: "ignore" });
    expect(statSync(at("young/young")).mtimeMs / 1000).toBe(young);
    const stat = ["-R", "stat /a/old", at("rootless-1.ext4")];
    expect(execFileSync("debugfs", stat, { encoding: "utf8", stdio: "pipe" })).toMatch(/ mtime: 0x000f4240:/);
    execFileSync("e2fsck", ["-fn", at("rootless-1.ext4")], { stdio: "ignore" });
  });

  it("from docker export gives the same tree as docker import, and has a config", async () => {
    const docker = async (...args: readonly string[]): Promise<string> => {
      const argv = ["docker", "-H", `unix://${engineSockets(namespace).docker20}`, ...args];
      return (await runInside(namespace, "bookworm", { argv })).stdout.trim();
    };
    const id = await engines.docker20.load(exotic.archive);
    const container = await docker("create", id, "true");
    try {
      await docker("export", "-o", at("exported.tar"), container);
      const imported = await docker("import", "-c", "CMD true", at("exported.tar"), "rootfs:docker");
      const theirs = await engines.docker20.mount(imported, snapshotTree);
      await planish("import", at("exported.tar"), `docker-archive:${at("ours.tar")}`, "-t", "rootfs:planish");
      const ours = await engines.docker20.load(at("ours.tar"));
      expect(compareTrees(theirs, await engines.docker20.mount(ours, snapshotTree))).toEqual([]);
      await engines.docker20.remove(ours);
      await engines.docker20.remove(imported);
    } finally {
      await docker("rm", container);
      await engines.docker20.remove(id);
      rmSync(at("exported.tar"), { force: true });
    }
  });
});

/** A tree as containerd unpacks it: no times before 1970, no `trusted` xattrs. */
function byContainerd(tree: TreeSnapshot): TreeSnapshot {
  const made = ({ mtimeNs, xattrs, ...rest }: TreeEntry): TreeEntry => ({
    ...rest,
    mtimeNs: mtimeNs < 0n ? 0n : mtimeNs,
    xattrs: Object.fromEntries(Object.entries(xattrs).filter(([name]) => !name.startsWith("trusted."))),
  });
  return new Map([...tree].map(([path, entry]) => [path, made(entry)]));
}

/** The attributes that all tools for unpacking filesystem images restore. */
function known(tree: TreeSnapshot): TreeSnapshot {
  const kept = ({ linkGroup: _, ...entry }: TreeEntry): TreeEntry => ({ ...entry, mtimeNs: 0n, xattrs: {} });
  return new Map([...tree].map(([path, entry]) => [path, kept(entry)]));
}
