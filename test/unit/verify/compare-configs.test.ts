import { expect, test } from "vitest";
import { flatten } from "../../../src/index.ts";
import { ociLayout, writeFolder } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

test("an empty platform in a config may be filled in like a missing one", async () => {
  writeFolder(folder.in("layout"), ociLayout(image({ architecture: "" })));
  const flat = `oci:${folder.in("flat")}`;
  const { verified, diagnostics, images } = await flatten(`oci:${folder.in("layout")}`, flat, { verify: true });
  const rules = [...diagnostics, ...images.flatMap((each) => each.diagnostics)].map(({ rule }) => rule);
  expect([verified?.equal, rules]).toEqual([true, ["platform-assumed"]]);
});
