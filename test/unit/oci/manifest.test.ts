import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { parseIndex } from "../../../src/oci/image-index.ts";
import { parseManifest } from "../../../src/oci/manifest.ts";
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from "../../../src/oci/media-type.ts";

const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: sha256("c"), size: 1 };
const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar", digest: sha256("l"), size: 2 };
const manifest = { schemaVersion: 2, config, layers: [layer] };

function parse(value: unknown, mediaType = OCI_MANIFEST, limits = DEFAULT_LIMITS) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const descriptor: Descriptor = { mediaType, digest: sha256(bytes), size: bytes.length };
  return mediaType === OCI_INDEX ? parseIndex(bytes, descriptor, limits) : parseManifest(bytes, descriptor, limits);
}

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("parseManifest", () => {
  test("keeps properties that it does not know", () => {
    expect(parse({ ...manifest, extra: { deep: [1] } }).json).toMatchObject({ extra: { deep: [1] } });
  });

  test("reads null as absent, and as no layers, since Go writes it so", () => {
    const { json } = parse({ ...manifest, layers: null, subject: null, annotations: null });
    expect(json).toMatchObject({ layers: [], subject: undefined, annotations: undefined });
  });

  test.each([
    ["a digest of another algorithm", { config: { ...config, digest: `md5:${"0".repeat(32)}` } }, /config\.digest/],
    ["a digest in upper case", { layers: [{ ...layer, digest: layer.digest.toUpperCase() }] }, /layers\.0\.digest/],
    ["a negative size", { layers: [layer, { ...layer, size: -1 }] }, /layers\.1\.size: expected a size of 0 or more/],
    ["a fractional size", { layers: [{ ...layer, size: 1.5 }] }, /layers\.0\.size: expected a whole number/],
    ["a size beyond exact numbers", { config: { ...config, size: 2 ** 60 } }, /config\.size/],
    ["a descriptor without media type", { config: { ...config, mediaType: "" } }, /config\.mediaType/],
    ["no config", { config: undefined }, /config: is missing/],
    ["an annotation that is no text", { annotations: { a: 1 } }, /annotations: expected an object of strings/],
    ["another schema version", { schemaVersion: 3 }, /schemaVersion: expected 2, found 3/],
  ])("refuses %s", (_, change, message) => {
    expect(() => parse({ ...manifest, ...change })).toThrow(refusal("MANIFEST_INVALID", message));
  });

  test("refuses a document that is a manifest and an index at once (CVE-2021-41190)", () => {
    expect(() => parse({ ...manifest, manifests: [] })).toThrow(refusal("MANIFEST_INVALID", /either a manifest or an/));
  });

  test.each([
    ["an index", { Manifests: [] }, /either a manifest or an/],
    ["an index, by a long s", { manifeſts: [] }, /either a manifest or an/],
    ["one of another media type", { MediaType: DOCKER_MANIFEST }, /expected no other spelling of a name/],
    ["one of other annotations", { Annotations: {} }, /expected no other spelling/],
    [
      "one of another layer",
      { layers: [{ ...layer, Digest: config.digest }] },
      /layers\.0: expected no other spelling/,
    ],
    ["one of a platform", { config: { ...config, Platform: null } }, /config: expected no other spelling/],
  ])("refuses a document that Go's decoder takes for %s", (_, change, message) => {
    expect(() => parse({ ...manifest, ...change })).toThrow(refusal("MANIFEST_INVALID", message));
  });

  test("refuses a media type that contradicts the descriptor", () => {
    expect(() => parse({ ...manifest, mediaType: DOCKER_MANIFEST })).toThrow(
      refusal("MANIFEST_INVALID", /claims to be/),
    );
    expect(parse({ ...manifest, mediaType: DOCKER_MANIFEST }, DOCKER_MANIFEST).json.mediaType).toBe(DOCKER_MANIFEST);
  });

  test.each([
    ["by its version", { schemaVersion: 1, name: "x" }, OCI_MANIFEST],
    ["by its layers", { fsLayers: [] }, OCI_MANIFEST],
    ["by its descriptor", manifest, "application/vnd.docker.distribution.manifest.v1+prettyjws"],
  ])("refuses Docker's schema 1 as unsupported, known %s", (_, value, mediaType) => {
    expect(() => parse(value, mediaType)).toThrow(refusal("IMAGE_UNSUPPORTED", /schema 1/));
  });

  test("refuses a document beyond the limit", () => {
    expect(() => parse(manifest, OCI_MANIFEST, { ...DEFAULT_LIMITS, manifestBytes: 10 })).toThrow(
      refusal("LIMIT_EXCEEDED", /manifestBytes/),
    );
  });
});

describe("parseIndex", () => {
  const entry = { mediaType: OCI_MANIFEST, digest: sha256("m"), size: 3 };

  test("keeps platforms with whatever they hold", () => {
    const platform = { os: "linux", architecture: "amd64", "os.features": null, extra: 1 };
    expect(parse({ schemaVersion: 2, manifests: [{ ...entry, platform }] }, OCI_INDEX).json).toMatchObject({
      manifests: [{ platform: { os: "linux", architecture: "amd64", "os.features": undefined, extra: 1 } }],
    });
  });

  test("refuses a document that is an index and a manifest at once", () => {
    const both = { schemaVersion: 2, manifests: [entry], layers: [] };
    expect(() => parse(both, OCI_INDEX)).toThrow(refusal("MANIFEST_INVALID", /has "layers"/));
  });

  test("refuses more entries than the limit", () => {
    const index = { schemaVersion: 2, manifests: [entry, entry, entry] };
    expect(() => parse(index, OCI_INDEX, { ...DEFAULT_LIMITS, indexEntries: 2 })).toThrow(
      refusal("LIMIT_EXCEEDED", /indexEntries: 3 exceeds the limit of 2/),
    );
  });
});
