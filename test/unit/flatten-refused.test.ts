import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { flatten } from "../../src/flatten.ts";
import type { FlattenOptions } from "../../src/flatten-options.ts";
import { planFlatten } from "../../src/inspect/dry-run/plan-flatten.ts";
import { ociLayout, writeFolder } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

test.each<[FlattenOptions, string]>([
  [{ compression: "gzip", compressionLevel: 10 }, "the level of gzip is 0 to 9, not 10"],
  [{ compression: "none", compressionLevel: 1 }, "layers that are not compressed have no level"],
  [{ compression: "zstd" }, "the destination cannot hold layers compressed with zstd"],
])("what cannot be written with %j is refused before any layer is read", async (options, message) => {
  const source = `oci:${writeFolder(folder.in("layout"), ociLayout(image({ tags: ["one:1"] })))}`;
  const refused = { code: "ARGUMENT_INVALID", stage: "open", message };
  const to = `docker-archive:${folder.in("flat.tar")}`;
  await expect(flatten(source, to, options)).rejects.toMatchObject(refused);
  expect(readdirSync(folder.path)).toEqual(["layout"]);
  await expect(planFlatten(source, to, options)).rejects.toMatchObject(refused);
  if (options.compressionLevel === undefined) return;
  await expect(planFlatten(source, undefined, options)).rejects.toMatchObject(refused);
});
