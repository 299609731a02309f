import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../src/tar/entry.ts";
import { encodeHeader, type HeaderFields } from "../../src/tar/header-encode.ts";
import { layerIndex } from "../support/layer-index.ts";
import { readTar } from "../support/read-members.ts";
import { headerFields } from "../support/tar-arbitraries.ts";
import { join } from "../support/tar-block.ts";
import { type Dialect, encodeMember } from "../support/tar-dialect.ts";
import { type LayerFixture, layerWith, raw } from "../support/tar-fixture.ts";
import { memberFields } from "../support/tar-members.ts";

/** The fields after decoding: files have no content here, so their size is left out. */
const said = ({ type, path, linkPath, major, minor, meta }: HeaderFields | Entry) => ({
  ...{ type, path, major, minor, meta },
  ...(linkPath !== undefined && { linkPath }),
});
const withoutContent = (fields: HeaderFields): HeaderFields => ({ ...fields, size: 0 });
const anyFields = headerFields({ utf8Names: false }).map(withoutContent);

/** A layer with these fields in one dialect. */
function layerOf(all: readonly HeaderFields[], dialect: Dialect): LayerFixture {
  return layerWith({}, ...all.map((fields) => raw(encodeMember(memberFields(fields), dialect))));
}

describe("decoding a header", () => {
  it("gives the fields that were encoded", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFields, { minLength: 1, maxLength: 8 }), async (all) => {
        const index = await layerIndex(join([...all.map(encodeHeader), new Uint8Array(1024)]));
        expect([...index.entries].map(said)).toEqual(all.map(said));
        expect([...index.entries].every(({ keepable }) => keepable)).toBe(true);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it.each(["go", "pax"] as const)("gives the fields that %s wrote", async (dialect) => {
    await fc.assert(
      fc.asyncProperty(anyFields, async (fields) => {
        const [entry] = (await layerIndex(layerOf([fields], dialect))).entries;
        expect(entry && said(entry)).toEqual(said(fields));
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

describe("a keepable entry", () => {
  it("has the same fields if its bytes are read alone, and if it is written fresh", async () => {
    const dialects = fc.constantFrom<Dialect>("go", "pax");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyFields, dialects), { maxLength: 6 }), async (all) => {
        const layer = layerWith(
          {},
          ...all.map(([fields, dialect]) => raw(encodeMember(memberFields(fields), dialect))),
        );
        const tar = layer.tar();
        for (const entry of (await layerIndex(tar)).entries) {
          if (!entry.keepable) continue;
          const alone = (await layerIndex(tar.subarray(entry.span.start, entry.span.end))).entries.at(0);
          expect(said(alone)).toEqual(said(entry));
          const fresh = (await layerIndex(encodeHeader(entry as HeaderFields))).entries.at(0);
          expect(said(fresh)).toEqual(said(entry));
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe("reading a tar", () => {
  it("does not depend on how it is cut into chunks", () => {
    const layers = fc.array(anyFields, { minLength: 1, maxLength: 5 });
    const cuts = fc.integer({ min: 1, max: 1500 });
    fc.assert(
      fc.property(layers, fc.constantFrom<Dialect>("go", "pax"), cuts, (all, dialect, chunkBytes) => {
        const tar = layerOf(all, dialect).tar();
        expect(readTar(tar, { chunkBytes })).toEqual(readTar(tar));
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});
