import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { flatten } from "../../../../src/flatten.ts";
import { withoutRights } from "../../../support/hard-places.ts";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { char, file, hardlink, layer } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();

test("a user who is not root gets a folder without devices, under all of their names", async (context) => {
  const devices = [char("dev-null", 1, 3), hardlink("dev-other", "./dev-null"), hardlink("dev-third", "dev-other")];
  const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ layers: [layer(...devices, file("f"))] })));
  mkdirSync(folder.in("open"));
  for (const path of [folder.path, folder.in("open")]) chmodSync(path, 0o777);
  await withoutRights(context, async () => {
    const { diagnostics } = await flatten(source, `rootfs:${folder.in("open/root")}/`, { scratch: folder.in("open") });
    const lost = diagnostics.find(({ rule }) => rule === "rootfs-devices-lost");
    expect(lost?.message).toContain("3 were left out");
  });
  expect(readdirSync(folder.in("open/root"))).toEqual(["f"]);
});
