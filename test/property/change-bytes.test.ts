import fc from "fast-check";
import { expect, test } from "vitest";
import { type ConfigChanges, changeConfig } from "../../src/change/change-config.ts";
import { changeImage } from "../../src/image/change-image.ts";
import type { Image } from "../../src/image/image.ts";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import { parseConfig } from "../../src/oci/config.ts";
import { sha256 } from "../../src/oci/digest.ts";
import { OCI_CONFIG, OCI_MANIFEST } from "../../src/oci/media-type.ts";
import { useSeed } from "../support/seed.ts";

useSeed();

/** JSON text as no serializer would write it, so that untouched bytes can be told from rewritten ones. */
const space = fc.constantFrom("", "", " ", "\n\t");
const name = fc.constantFrom("A", "B", "C", "PATH");
const value = fc.constantFrom("", "1", "x y", "\u00e9");
const spelled = (text: string): fc.Arbitrary<string> => {
  const plain = JSON.stringify(text);
  return fc.constantFrom(plain, plain.replace("A", "\\u0041"), plain.replace("1", "\\u0031"));
};
const list = (items: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(space, ...items.map((item) => fc.tuple(spelled(item), space))).map(([first, ...rest]) => {
    return `[${first}${rest.map(([text, after]) => text + after).join(",")}]`;
  });
const env = fc
  .uniqueArray(fc.tuple(name, value), { selector: ([each]) => each, maxLength: 4 })
  .chain((pairs) => fc.oneof({ weight: 5, arbitrary: list(pairs.map((pair) => pair.join("="))) }, fc.constant("null")));
const labels = fc
  .uniqueArray(fc.tuple(name, value), { selector: ([each]) => each, maxLength: 4 })
  .chain((pairs) => fc.tuple(...pairs.map(([key, text]) => fc.tuple(spelled(key), space, spelled(text)))))
  .map((members) => `{${members.map(([key, gap, text]) => `${key}:${gap}${text}`).join(", ")}}`);
const strange = fc.constantFrom("1e400", "-0", '{"\\u0061": 1.0}', '"\\/"', "[1 ,2]");
const config = fc
  .tuple(env, labels, strange, space, fc.shuffledSubarray([0, 1]))
  .map(([variables, named, odd, gap, order]) => {
    const members = [`"Env":${gap}${variables}`, `"Labels":${named}`, `"x-odd":${odd}`];
    return { odd, text: `{${gap}${[...order.map((at) => members[at]), members[2]].join(`,${gap}`)}${gap}}` };
  });
const asked: fc.Arbitrary<ConfigChanges> = fc.record({
  env: fc.array(
    fc.tuple(name, value).map((pair) => pair.join("=")),
    { maxLength: 2 },
  ),
  unsetEnv: fc.array(name, { maxLength: 2 }),
  labels: fc.array(
    fc.tuple(name, value).map((pair) => pair.join("=")),
    { maxLength: 2 },
  ),
  unsetLabels: fc.array(name, { maxLength: 2 }),
  changes: fc.subarray(["USER me", "ENV B=$A", 'CMD ["x"]']),
});

test("changes of a config change the right values, and no other byte", () => {
  fc.assert(
    fc.property(config, asked, ({ text, odd }, changes) => {
      const before = imageOf(text);
      const after = changeImage(before, changes);
      const written = new TextDecoder().decode(after.config.bytes);
      expect(JSON.parse(written).config).toEqual(changeConfig(JSON.parse(text), changes));
      expect(written).toContain(`"x-odd":${odd}`);
      expect(changeImage(after, {})).toBe(after);
      const added = [...(changes.changes ?? []), ...(changes.unsetEnv ?? [])];
      if (added.length === 0) expect(changeImage(after, changes)).toBe(after);
    }),
    { numRuns: 400 },
  );
});

function imageOf(engine: string): Image {
  const bytes = new TextEncoder().encode(`{"os":"linux","config":${engine},"rootfs":{"type":"layers","diff_ids":[]}}`);
  const descriptor = { mediaType: OCI_CONFIG, digest: sha256(bytes), size: bytes.length };
  const named = { mediaType: OCI_MANIFEST, digest: sha256("m"), size: 1 };
  return {
    platform: { os: "linux", architecture: "amd64" },
    config: parseConfig(bytes, descriptor, DEFAULT_LIMITS),
    manifest: {
      descriptor: named,
      bytes: new Uint8Array(),
      json: { schemaVersion: 2, config: descriptor, layers: [] },
    },
    layers: [],
    family: "oci",
    diagnostics: [],
  };
}
