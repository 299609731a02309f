import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { writeDemoImage } from "../../../src/index.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

test("the demo image brings the folder that it is written to", async () => {
  const output = folder.in("a/b/demo.tar");
  expect(await writeDemoImage(output)).toMatchObject({ reference: `docker-archive:${output}` });
  expect(existsSync(output)).toBe(true);
});
