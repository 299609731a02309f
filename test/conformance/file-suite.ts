import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openDestination } from "../../src/transport/open-destination.ts";
import { NO_SERVERS } from "../../src/transport/servers.ts";
import { contents, onFullDisk, withoutRights } from "../support/hard-places.ts";
import { image } from "../support/image-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { writeImage } from "../support/write-image.ts";
import type { FileTransportFixture } from "./file-fixtures.ts";
import { layerOf } from "./layer-of.ts";

const KILLED_WRITE = fileURLToPath(new URL("../support/killed-write.ts", import.meta.url));

/** The files below a path, without those that have not been published. */
function published(path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(contents(path)).filter(([name]) => !name.includes("/.planish-")));
}

/**
 * The contract of transports that write to the disks of this machine. Errors name the path as typed, never a temporary
 * file.
 */
export function fileSuite(transport: string, fixture: FileTransportFixture): void {
  describe(`${transport}, on a disk`, () => {
    const folder = testFolder();
    const target = (at: string): { path: string; text: string } => {
      const path = fixture.path(at, "out");
      return { path, text: `${transport}:${path}` };
    };
    const naming = (path: string) => ({
      message: expect.stringContaining(`cannot write ${path}: `),
      details: { path },
    });

    it("says that the disk is full and leaves nothing on it", async (test) => {
      await onFullDisk(test, folder.in("small"), async (disk) => {
        {
          const { path, text } = target(disk);
          await using context = transportContext(folder.path);
          await using to = await openDestination(text, { force: false, servers: NO_SERVERS }, context);
          const large = { digest: `sha256:${"0".repeat(64)}`, bytes: Buffer.alloc(4 * 1024 * 1024) };
          const written = to.writeLayer(() => layerOf(large));
          await expect(written).rejects.toMatchObject({ code: "DISK_FULL", ...naming(path) });
        }
        expect(readdirSync(disk)).toEqual([]);
      });
    });

    it("refuses a folder that cannot be written", async (test) => {
      mkdirSync(folder.in("closed"));
      chmodSync(folder.path, 0o755);
      chmodSync(folder.in("closed"), 0o555);
      await withoutRights(test, async () => {
        const { path, text } = target(folder.in("closed"));
        await using context = transportContext(folder.path);
        const opened = openDestination(text, { force: false, servers: NO_SERVERS }, context);
        await expect(opened).rejects.toMatchObject({ code: "DESTINATION_REFUSED", ...naming(path) });
      });
      expect(readdirSync(folder.in("closed"))).toEqual([]);
    });

    it("is not disturbed by what killed runs left, where it is new and where it is there already", async () => {
      mkdirSync(folder.in("disturbed"));
      mkdirSync(folder.in("clean"));
      const { path, text } = target(folder.in("disturbed"));
      for (const tags of [["app:1"], ["app:2"]]) {
        const before = existsSync(path) ? contents(path) : undefined;
        const arguments_ = [KILLED_WRITE, text, fixture.family, folder.in("disturbed")];
        expect(spawnSync(process.execPath, arguments_, { stdio: "inherit" }).signal).toBe("SIGKILL");
        expect(existsSync(path) ? published(path) : undefined).toEqual(before);
        for (const place of ["disturbed", "clean"]) {
          await using context = transportContext(folder.path);
          const options = { names: tags, family: fixture.family, force: true };
          await writeImage(target(folder.in(place)).text, image({ tags }), context, options);
        }
        expect(published(path)).toEqual(contents(target(folder.in("clean")).path));
      }
      const left = readdirSync(folder.in("disturbed"), { recursive: true, encoding: "utf8" });
      expect(left.filter((name) => /(^|\/)\.planish-[^/]*$/.test(name))).toHaveLength(2);
    });

    it("refuses a target in a folder that does not exist", async () => {
      const { path, text } = target(folder.in("missing"));
      await using context = transportContext(folder.path);
      const { details, ...named } = naming(path);
      await expect(openDestination(text, { force: false, servers: NO_SERVERS }, context)).rejects.toMatchObject({
        code: "DESTINATION_REFUSED",
        ...named,
        details: { ...details, hint: expect.stringContaining("create the folder") },
      });
    });
  });
}
