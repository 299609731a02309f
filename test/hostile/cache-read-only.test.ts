import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ociLayout, writeFolder } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const ENTRY = join(import.meta.dirname, "../../bin/planish.cjs");
const folder = testFolder();

/** A file system that only the command below it sees, and that goes with it. */
const ON_READ_ONLY_DISK = 'mount -t tmpfs -o ro none "$0" && exec "$@"';
const canMount = spawnSync("unshare", ["-m", "true"]).status === 0;

test.runIf(canMount).each(["", "team/cache"])(
  "a cache that is not there (%j) on a read-only disk is told as that",
  (inside) => {
    const source = writeFolder(folder.in("source"), ociLayout(image()));
    mkdirSync(folder.in("disk"));
    const command = [process.execPath, ENTRY, "history", source, "--cache", folder.in(join("disk", inside))];
    const { status, stderr } = spawnSync("unshare", [
      "-m",
      "sh",
      "-c",
      ON_READ_ONLY_DISK,
      folder.in("disk"),
      ...command,
    ]);
    expect(String(stderr)).toMatch(
      /^planish: TRANSPORT_FAILED: cannot use the cache .*: the file system is read-only/m,
    );
    expect(status).toBe(4);
  },
);
