import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ociLayout, writeFolder } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const ENTRY = join(import.meta.dirname, "../../bin/planish.cjs");
const folder = testFolder();

/** A read-only file system that only the command sees, and that is gone when it ends. */
const ON_READ_ONLY_DISK = 'mount -t tmpfs -o ro none "$0" && exec "$@"';
const canMount = spawnSync("unshare", ["-m", "true"]).status === 0;

/** Runs the command line with a read-only disk at `disk`. */
function onReadOnlyDisk(args: readonly string[]) {
  const disk = folder.in("disk");
  mkdirSync(disk);
  const command = ["-m", "sh", "-c", ON_READ_ONLY_DISK, disk, process.execPath, ENTRY, ...args];
  const { status, stderr } = spawnSync("unshare", command);
  return { status, stderr: String(stderr) };
}

test.runIf(canMount).each(["", "team/cache"])("a cache that cannot be made (%j) is reported as that", (inside) => {
  const source = writeFolder(folder.in("source"), ociLayout(image()));
  const { status, stderr } = onReadOnlyDisk(["history", source, "--cache", folder.in(join("disk", inside))]);
  expect(stderr).toMatch(/^planish: TRANSPORT_FAILED: cannot use the cache .*: the file system is read-only/m);
  expect(status).toBe(4);
});

test.runIf(canMount).each([
  [["demo"], "demo"],
  [["demo"], "team/demo"],
  [["install-plugin", "--dir"], "plugins"],
  [["install-plugin", "--dir"], "team/plugins"],
])("%j says that it cannot make the folder %j for that reason", (command, inside) => {
  const { status, stderr } = onReadOnlyDisk([...command, folder.in(join("disk", inside))]);
  expect(stderr).toMatch(/^planish: DESTINATION_REFUSED: .*\n(?:.*\n)* {2}cause +EROFS: read-only file system/m);
  expect(status).toBe(4);
});
