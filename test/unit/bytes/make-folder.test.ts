import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeFolder } from "../../../src/bytes/make-folder.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const modeOf = (name: string) => statSync(folder.in(name)).mode % 0o1000;

test("parents are made, too, and what is there stays", async () => {
  mkdirSync(folder.in("there"), { mode: 0o750 });
  await makeFolder(folder.in("there/a/b"), 0o700);
  await Promise.all(["c", "d"].map((name) => makeFolder(folder.in(`there/shared/${name}`), 0o700)));
  await makeFolder(folder.in("there"), 0o700);
  expect(["there", "there/a", "there/a/b", "there/shared/c"].map(modeOf)).toEqual([0o750, 0o700, 0o700, 0o700]);
});

test("the system's error is thrown where a folder cannot be made", async () => {
  writeFileSync(folder.in("file"), "");
  symlinkSync("nowhere", folder.in("dangling"));
  await expect(makeFolder(folder.in("file"), 0o700)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(folder.in("file/a/b"), 0o700)).rejects.toMatchObject({ code: "ENOTDIR" });
  await expect(makeFolder(folder.in("dangling"), 0o700)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder("/proc/planish/a", 0o700)).rejects.toMatchObject({ code: "ENOENT" });
});
