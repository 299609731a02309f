import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { flatten } from "../../../../src/flatten.ts";
import { onFullDisk } from "../../../support/hard-places.ts";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const exported = (path: string) => flatten(folder.in("app.tar"), `rootfs:${path}`);

beforeEach(() => void writeArchive(folder.in("app.tar"), dockerClassic(image())));

test("a folder with too long a name, or that is a link to itself or to nothing, is refused before any work", async () => {
  symlinkSync("loop", folder.in("loop"));
  symlinkSync("nowhere", folder.in("dangling"));
  for (const path of [`${folder.in("x".repeat(300))}/`, `${folder.in("loop")}/`, `${folder.in("dangling")}/`]) {
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

test("a mount point is refused before any work, since it cannot be renamed", async (context) => {
  await onFullDisk(context, folder.in("disk"), async (disk) => {
    await expect(exported(`${disk}/`)).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      stage: "open",
      message: expect.stringMatching(/it is a mount point$/),
    });
    await exported(`${disk}/root/`);
    expect(readdirSync(disk)).toEqual(["root"]);
  });
});

test("a bind mount of a folder on the same disk is refused as a mount point", async (context) => {
  mkdirSync(folder.in("same"));
  if (spawnSync("mount", ["--bind", folder.in("same"), folder.in("same")]).status !== 0) context.skip("needs mount");
  try {
    await expect(exported(`${folder.in("same")}/`)).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      message: expect.stringMatching(/it is a mount point$/),
    });
  } finally {
    spawnSync("umount", [folder.in("same")]);
  }
});
