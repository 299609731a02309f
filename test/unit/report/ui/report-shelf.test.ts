import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { ReportShelf } from "../../../../src/report/ui/report-shelf.ts";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();

test("keeps the latest report on the first image, which may not be readable again, and few others", async () => {
  const source = writeArchive(folder.in("app.tar"), dockerClassic(image()));
  const first = { source, flat: undefined };
  const shelf = new ReportShelf({}, first);
  const old = await shelf.get("first", first);
  const latest = await shelf.get("first again", first);
  for (let at = 0; at < 5; at += 1) await shelf.get(`other ${at}`, { source });
  rmSync(source);
  expect(await shelf.get("first again", first)).toBe(latest);
  expect(await shelf.get("other 4", { source })).not.toBe(old);
  await expect(shelf.get("first", first)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  await expect(shelf.get("other 0", { source })).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
});
