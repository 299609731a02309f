import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openDestination } from "../../src/transport/open-destination.ts";
import { onFullDisk, withoutRights } from "../support/hard-places.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import type { FileTransportFixture } from "./file-fixtures.ts";
import { layerOf } from "./layer-of.ts";

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
          await using to = await openDestination(text, { force: false }, context);
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
        const opened = openDestination(text, { force: false }, context);
        await expect(opened).rejects.toMatchObject({ code: "DESTINATION_REFUSED", ...naming(path) });
      });
      expect(readdirSync(folder.in("closed"))).toEqual([]);
    });

    it("refuses a target in a folder that does not exist", async () => {
      const { path, text } = target(folder.in("missing"));
      await using context = transportContext(folder.path);
      const { details, ...named } = naming(path);
      await expect(openDestination(text, { force: false }, context)).rejects.toMatchObject({
        code: "DESTINATION_REFUSED",
        ...named,
        details: { ...details, hint: expect.stringContaining("create the folder") },
      });
    });
  });
}
