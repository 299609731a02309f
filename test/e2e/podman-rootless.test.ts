import { readFileSync, statSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { copy, flatten, verify } from "../../src/index.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { type RootlessPodman, startRootlessPodman } from "../support/engines/rootless-podman.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { planishIn } from "../support/planish.ts";
import { dir, file, hardlink, layer, symlink, whiteout } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

e2eSuite("A podman that is not root", (workshop) => {
  const folder = testFolder();

  describe("with one user ID", () => {
    let host = "";
    beforeAll(async () => {
      const user = { name: "rootless", uid: 1000, ranges: false };
      const { socket } = await startRootlessPodman(workshop.namespace, user);
      expect(statSync(socket).uid).toBe(1000);
      host = `unix://${socket}`;
    });

    it("loads an image, flattens it beside its source and returns the same filesystem", async () => {
      const archive = writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"] })));
      const run = (...args: readonly string[]) =>
        planishIn({ cwd: folder.path, env: { CONTAINER_HOST: host } }, ...args);
      expect(await run("copy", archive, "podman:app:1")).toMatchObject({ exitCode: 0 });
      const flat = await run("flatten", "podman:app:1", "--digestfile", folder.in("digest"));
      expect(flat).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("to podman:localhost/app:1-flat") });
      expect(readFileSync(folder.in("digest"), "utf8")).toMatch(/^sha256:/);
      const { equal } = await verify(archive, "podman:app:1-flat", { podman: { host } });
      expect(equal).toBe(true);
      const { stdout } = await run("images", "podman");
      expect(stdout).toMatch(/localhost\/app +1-flat +\w+ .* 1\n/);
    });

    it("reports in its own words that it has no user IDs for the owners of an image's files, and keeps nothing", async () => {
      const { archive } = exoticImage(workshop);
      const refused = copy(archive, "podman:exotic:1", { podman: { host } });
      await expect(refused).rejects.toMatchObject({
        code: "DESTINATION_REFUSED",
        message: expect.stringMatching(/subuid/),
      });
      const gone = flatten("podman:exotic:1", "podman:exotic:2", { podman: { host } });
      await expect(gone).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
    });
  });

  describe("with a range of user IDs", () => {
    let podman: RootlessPodman;
    beforeAll(async () => {
      podman = await startRootlessPodman(workshop.namespace, { name: "rootless-ranged", uid: 1001, ranges: true });
    });

    it("keeps the owners of all files, as the image has them and as the user's containers see them", async () => {
      const servers = { podman: { host: `unix://${podman.socket}` } };
      const archive = writeArchive(folder.in("owned.tar"), dockerClassic(image({ layers: OWNED, tags: ["owned:1"] })));
      await copy(archive, "podman:owned:1", servers);
      const flat = await flatten("podman:owned:1", undefined, { ...servers, verify: true });
      expect(flat.verified?.equal).toBe(true);
      expect((await verify(archive, "podman:owned:1-flat", servers)).equal).toBe(true);
      const seen = await seenIn("owned:1-flat");
      expect(seen).toEqual(await seenIn("owned:1"));
      expect(seen).toEqual([
        "d 2750 33:33 www",
        "f 4755 0:0 su",
        "f 600 1000:50 www/own",
        "f 600 1000:50 www/same",
        "f 644 65534:65535 last",
        "l 777 33:7 link",
      ]);
    });

    /** Type, mode, owner and path of the files that the user sees in an image, mounted in the containers' namespace. */
    async function seenIn(name: string): Promise<string[]> {
      const find = `find . -mindepth 1 -printf '%y %m %U:%G %P\\n'`;
      const mount = "podman --storage-driver=vfs image mount";
      return (await podman.unshare(`cd "$(${mount} ${name})" && ${find}`)).trim().split("\n").toSorted();
    }
  });
});

const OWN = { uid: 1000, gid: 50, mode: 0o600 };
const OWNED = [
  layer(dir("www", { uid: 1, gid: 2 }), file("www/gone", "1", { uid: 7 }), file("su", "s", { mode: 0o4755 })),
  layer(
    dir("www", { uid: 33, gid: 33, mode: 0o2750 }),
    whiteout("www/gone"),
    file("www/own", "mine", OWN),
    hardlink("www/same", "www/own", OWN),
    file("last", "l", { uid: 65_534, gid: 65_535 }),
    symlink("link", "last", { uid: 33, gid: 7 }),
  ),
];
