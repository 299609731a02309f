import fc from "fast-check";
import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import type { Image } from "../../src/image/image.ts";
import { rewriteConfig } from "../../src/image/rewrite-config.ts";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import { parseConfig } from "../../src/oci/config.ts";
import { type DiffId, sha256 } from "../../src/oci/digest.ts";
import { OCI_CONFIG, OCI_MANIFEST } from "../../src/oci/media-type.ts";
import { oneLayer } from "../support/one-layer.ts";
import { useSeed } from "../support/seed.ts";

useSeed();

/**
 * Random JSON *text*, not values: these properties are about what a parser would lose (the spelling of numbers and
 * strings, white space, duplicate names, names that are special in JavaScript). The oracle is another parser.
 */
const space = fc.constantFrom("", "", "", " ", "\n", "\r\n\t", "  ");
const number = fc.constantFrom("0", "-0", "1.0", "1e400", "123456789012345678901234567890", "0.10", "2E-7");
const string = fc.oneof(
  fc.string({ unit: "grapheme" }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"\\u0061"', '"\\/"', '"\\ud800"', '"]}"', '"\\\\"', '"\\""', '"é𐍈"'),
);
const name = fc.oneof(string, fc.constantFrom('"__proto__"', '"10"', '"9"', '"constructor"', '"rootfs"', '"history"'));

const { value } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, number, string, fc.constantFrom("null", "true"), tie("array"), tie("object")),
  array: fc.array(spaced(tie("value")), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
  object: fc.array(member(name, tie("value")), { maxLength: 4 }).map((items) => `{${items.join(",")}}`),
}));

function spaced(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, text, space).map((parts) => parts.join(""));
}

function member(names: fc.Arbitrary<string>, values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(spaced(names), spaced(values)).map((parts) => parts.join(":"));
}

/** Unknown top-level members, each name once. */
const unknown = fc
  .uniqueArray(fc.tuple(fc.nat(99), fc.boolean(), spaced(value)), { selector: ([id]) => id, maxLength: 6 })
  .map((members) => members.map(([id, escaped, text]) => `"${escaped ? "\\u0078" : "x"}${id}" :${text}`));

const LOWER = sha256("lower");
const FLAT = `sha256:${"f".repeat(64)}` as DiffId;
const DIFF_IDS = `[ "${LOWER}"\n]`;

function rewritten(text: string, history: "keep" | "collapse" | "none"): string {
  const bytes = new TextEncoder().encode(text);
  const config = parseConfig(
    bytes,
    { mediaType: OCI_CONFIG, digest: sha256(bytes), size: bytes.length },
    DEFAULT_LIMITS,
  );
  const image: Image = {
    platform: { os: "linux", architecture: "amd64" },
    config,
    manifest: {
      descriptor: { mediaType: OCI_MANIFEST, digest: LOWER, size: 0 },
      bytes: new Uint8Array(),
      json: { schemaVersion: 2, config: config.descriptor, layers: [] },
    },
    layers: [],
    family: "oci",
    diagnostics: [],
  };
  return new TextDecoder().decode(
    rewriteConfig(image, { layers: oneLayer(FLAT, config.json.rootfs.diff_ids.length), family: "oci", history }).bytes,
  );
}

const known = fc
  .record({ rootfs: spaced(value), engine: spaced(value) })
  .map(({ rootfs, engine }) => [
    `"rootfs" : {"type":"layers", "x" :${rootfs}, "diff_ids":${DIFF_IDS}}`,
    `"config":{"x" :${engine},"Env":["A=B"] }`,
    '"os":"linux"',
    '"architecture":"amd64"',
    '"history":["HISTORY"]',
  ]);

const document = fc.tuple(unknown, known, space).chain(([others, own, end]) =>
  fc.shuffledSubarray([...others, ...own], { minLength: others.length + own.length }).map((members) => ({
    text: `${end}{${members.join(`${end},`)}}${end}`,
  })),
);

describe("a rewritten config", () => {
  test("is the old text with the new diffIDs and history in it, and nothing else", () => {
    fc.assert(
      fc.property(document, ({ text }) => {
        const old = text.replace('["HISTORY"]', () => '[{"created_by" : "MARK"}]');
        const own = '{"created_by":"planish flatten","comment":"all layers flattened into one"}';
        const expected = old
          .replace(DIFF_IDS, () => `["${FLAT}"]`)
          .replace('"MARK"}]', () => `"MARK","empty_layer":true},${own}]`);
        expect(rewritten(old, "keep")).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test("keeps the text and order of every unchanged member when others are removed", () => {
    const leftovers = ['"container_config":{"a":[1]}', '"moby.buildkit.cache.v0":"x"', '"Size" : 1.0', '"id":""'];
    const withLeftovers = fc
      .tuple(document, fc.shuffledSubarray(leftovers), fc.boolean())
      .map(([{ text }, extra, front]) => {
        const old = text.replace('["HISTORY"]', "[]");
        const at = front ? old.indexOf("{") + 1 : old.lastIndexOf("}");
        const added = front ? extra.map((item) => `${item} , `) : extra.map((item) => ` ,${item}`);
        return old.slice(0, at) + added.join("") + old.slice(at);
      });
    fc.assert(
      fc.property(withLeftovers, (old) => {
        const after = rewritten(old, "none");
        expect(membersOf(after)).toEqual(
          membersOf(old)
            .filter(
              ([key]) =>
                key === "rootfs" || !/^(container_config|moby\.buildkit\.cache\.v0|Size|id|history)$/.test(key),
            )
            .map(([key, text]) => [key, key === "rootfs" ? text.replace(DIFF_IDS, () => `["${FLAT}"]`) : text]),
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** Names and raw texts of the top-level members, by another parser than ours. */
function membersOf(text: string): [string, string][] {
  const root = parseTree(text, [], { disallowComments: true }) as Node;
  expect(findNodeAtLocation(root, ["rootfs"])?.type).toBe("object");
  return (root.children ?? []).map((property) => {
    const [key, item] = property.children as [Node, Node];
    return [key.value, text.slice(item.offset, item.offset + item.length)];
  });
}
