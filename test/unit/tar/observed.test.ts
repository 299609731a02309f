import { expect, test } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";

import { observed } from "../../../src/tar/observed.ts";
import { gather } from "../../support/byte-streams.ts";
import { file, layer, symlink } from "../../support/tar-fixture.ts";

const tar = layer(file("a", "x".repeat(600)), symlink("l", "a")).tar();

test("a tar that is observed has the same bytes, and its members are told", async () => {
  const told: string[] = [];
  const passed = await gather(observed(chunksOf(tar), ({ type, name }) => told.push(`${type} ${name}`)));
  expect(Buffer.compare(passed, tar)).toBe(0);
  expect(told).toEqual(["file a", "symlink l"]);
});

test("one that ends inside an entry is refused at its end", async () => {
  const cut = gather(observed(chunksOf(tar.subarray(0, 900)), () => {}));
  await expect(cut).rejects.toMatchObject({ code: "TAR_INVALID", details: { rule: "R1.10" } });
});
