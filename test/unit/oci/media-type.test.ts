import { describe, expect, test } from "vitest";
import {
  documentMediaType,
  type Family,
  isConfigType,
  isEncryptedLayer,
  isForeignLayer,
  isIndexType,
  isLayerType,
  isManifestType,
  isOciType,
  isSchema1Type,
  layerCompression,
  layerMediaType,
  layerTypeIn,
} from "../../../src/oci/media-type.ts";

const OCI = "application/vnd.oci.image";
const DOCKER = "application/vnd.docker";

/** As image-spec media-types.md and distribution's "Image Manifest V 2, Schema 2" write them. */
const LAYERS = [
  ["none", `${OCI}.layer.v1.tar`, `${DOCKER}.image.rootfs.diff.tar`],
  ["gzip", `${OCI}.layer.v1.tar+gzip`, `${DOCKER}.image.rootfs.diff.tar.gzip`],
  ["zstd", `${OCI}.layer.v1.tar+zstd`, `${DOCKER}.image.rootfs.diff.tar.zstd`],
] as const;
const FOREIGN = [
  ["none", `${OCI}.layer.nondistributable.v1.tar`, `${DOCKER}.image.rootfs.foreign.diff.tar`],
  ["gzip", `${OCI}.layer.nondistributable.v1.tar+gzip`, `${DOCKER}.image.rootfs.foreign.diff.tar.gzip`],
] as const;

describe("the media type of a layer", () => {
  test.each([...LAYERS, ...FOREIGN])(
    "with compression %s has its like in the other family",
    (compression, oci, docker) => {
      for (const type of [oci, docker]) {
        expect(layerCompression(type)).toBe(compression);
        expect(layerTypeIn("oci", type)).toBe(oci);
        expect(layerTypeIn("docker", type)).toBe(docker);
        expect([isLayerType(type), isOciType(type)]).toEqual([true, type === oci]);
        expect(isForeignLayer(type)).toBe(/foreign|nondistributable/.test(type));
      }
    },
  );

  test.each(LAYERS)("with compression %s is made for a layer that is written", (compression, oci, docker) => {
    expect([layerMediaType("oci", compression), layerMediaType("docker", compression)]).toEqual([oci, docker]);
  });

  test.each(["constructor", "toString", "__proto__", "", `${OCI}.layer.v1.tar+gzip+encrypted`])("is not %j", (name) => {
    expect(layerCompression(name)).toBeUndefined();
    expect(layerTypeIn("oci", name)).toBeUndefined();
    expect(isForeignLayer(name)).toBe(false);
  });

  test("says whether it is encrypted", () => {
    expect([`${OCI}.layer.v1.tar+gzip+encrypted`, `${OCI}.layer.v1.tar+gzip`].map(isEncryptedLayer)).toEqual([
      true,
      false,
    ]);
  });
});

test.each<[Family, string, string, string]>([
  ["oci", `${OCI}.index.v1+json`, `${OCI}.manifest.v1+json`, `${OCI}.config.v1+json`],
  [
    "docker",
    `${DOCKER}.distribution.manifest.list.v2+json`,
    `${DOCKER}.distribution.manifest.v2+json`,
    `${DOCKER}.container.image.v1+json`,
  ],
])("the documents of the %s family have their media types", (family, index, manifest, config) => {
  const kinds = ["index", "manifest", "config"] as const;
  const types = [index, manifest, config];
  expect(kinds.map((kind) => documentMediaType(family, kind))).toEqual(types);
  expect(types.map(isIndexType)).toEqual([true, false, false]);
  expect(types.map(isManifestType)).toEqual([false, true, false]);
  expect(types.map(isConfigType)).toEqual([false, false, true]);
});

test.each([
  [`${DOCKER}.distribution.manifest.v1+json`, true],
  [`${DOCKER}.distribution.manifest.v1+prettyjws`, true],
  [`${DOCKER}.distribution.manifest.v2+json`, false],
  [`x-${DOCKER}.distribution.manifest.v1+json`, false],
  [`${DOCKER}.distribution.manifest.v1+json; charset=utf-8`, false],
])("%s is of schema 1: %s", (type, expected) => {
  expect(isSchema1Type(type)).toBe(expected);
});
