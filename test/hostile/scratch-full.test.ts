import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeHeavyLayout } from "../support/heavy-layout.ts";
import { testFolder } from "../support/test-folder.ts";

const ENTRY = join(import.meta.dirname, "../../bin/planish.cjs");
const folder = testFolder();

/** A file system of 8 MiB that only the command sees, and that is gone when it ends. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=8m none "$0" && "$@"; status=$?; ls "$0" | wc -l; exit $status';
const canMount = spawnSync("unshare", ["-m", "true"]).status === 0;

test.runIf(canMount)("a scratch on a full disk is DISK_FULL, also from a thread, and is left empty", () => {
  writeHeavyLayout(folder.in("source"), 20);
  mkdirSync(folder.in("small"));
  const args = [`oci:${folder.in("source")}`, `oci:${folder.in("flat")}`, "--scratch", folder.in("small")];
  const command = [process.execPath, ENTRY, "flatten", ...args];
  const { status, stdout, stderr } = spawnSync("unshare", [
    "-m",
    "sh",
    "-c",
    ON_SMALL_DISK,
    folder.in("small"),
    ...command,
  ]);
  expect(String(stderr)).toMatch(
    /^planish: DISK_FULL: cannot use .* for temporary files: no space left on the device/m,
  );
  expect({ status, left: String(stdout).trim() }).toEqual({ status: 4, left: "0" });
  expect(readdirSync(folder.path).sort()).toEqual(["small", "source"]);
});
