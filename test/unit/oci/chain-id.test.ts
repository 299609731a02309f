import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { chainIds } from "../../../src/oci/chain-id.ts";
import { parseDiffId } from "../../../src/oci/digest.ts";

test("a chainID is that of the layers below and the layer's diffID, hashed (image-spec config.md#layer-chainid)", () => {
  const hashed = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const [a, b, c] = ["a", "b", "c"].map(hashed);
  const ab = hashed(`${a} ${b}`);
  expect(chainIds([a, b, c].map((each) => parseDiffId(each ?? "")))).toEqual([a, ab, hashed(`${ab} ${c}`)]);
});
