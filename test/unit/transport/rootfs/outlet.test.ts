import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { flatten } from "../../../../src/flatten.ts";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const exported = (path: string) => flatten(folder.in("app.tar"), `rootfs:${path}`);

beforeEach(() => void writeArchive(folder.in("app.tar"), dockerClassic(image())));

test("a folder with too long a name, or that is a link to itself, is refused before any work", async () => {
  symlinkSync("loop", folder.in("loop"));
  for (const path of [`${folder.in("x".repeat(300))}/`, `${folder.in("loop")}/`]) {
    await expect(exported(path)).rejects.toMatchObject({ code: "DESTINATION_REFUSED", stage: "open" });
  }
});

test("an empty folder can be written through a link to it", async () => {
  mkdirSync(folder.in("root"));
  symlinkSync("root", folder.in("link"));
  await exported(folder.in("link"));
  expect(readlinkSync(folder.in("link"))).toBe("root");
  expect(readdirSync(folder.in("root")).toSorted()).toEqual(["etc", "hello"]);
});
