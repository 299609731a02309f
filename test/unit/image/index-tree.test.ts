import { describe, expect, test } from "vitest";
import { readIndexTree } from "../../../src/image/index-tree.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../src/limits.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { type MemoryStore, memoryStore, storeImage, storeIndex } from "../../support/memory-source.ts";

const read = (store: MemoryStore, root: Descriptor, limits: Partial<Limits> = {}) =>
  readIndexTree(store.source(root), root, { ...DEFAULT_LIMITS, ...limits });

describe("readIndexTree", () => {
  test("skips attestations and artifacts, however they are marked", async () => {
    const store = memoryStore();
    const image = storeImage(store);
    const reference = { "vnd.docker.reference.type": "attestation-manifest" };
    const root = storeIndex(store, [
      { ...storeImage(store, { layers: ["1"] }), annotations: reference },
      { ...storeImage(store, { layers: ["2"] }), platform: { os: "unknown", architecture: "unknown" } },
      { ...storeImage(store, { layers: ["3"] }), artifactType: "application/vnd.example+json" },
      store.put("application/vnd.example.blob", "blob"),
      image,
    ]);
    const { candidates, others } = await read(store, root);
    expect(candidates).toEqual([image]);
    expect(others.map(({ what }) => what)).toEqual(["attestation", "attestation", "artifact", "artifact"]);
  });

  test("takes an entry for an image whose artifactType is that of an image's config", async () => {
    const store = memoryStore();
    const images = ["application/vnd.oci.image.config.v1+json", ""].map((artifactType, at) => ({
      ...storeImage(store, { layers: [`${at}`] }),
      artifactType,
    }));
    const { candidates, others } = await read(store, storeIndex(store, images));
    expect(candidates).toEqual(images);
    expect(others).toEqual([]);
  });

  test("reads indexes inside indexes in their order", async () => {
    const store = memoryStore();
    const [a, b, c] = ["a", "b", "c"].map((layer) => storeImage(store, { layers: [layer] })) as [
      Descriptor,
      Descriptor,
      Descriptor,
    ];
    const inner = storeIndex(store, [b]);
    const { candidates, tree } = await read(store, storeIndex(store, [a, inner, c]));
    expect(candidates).toEqual([a, b, c]);
    expect(tree.nested.map((nested) => nested?.document.descriptor)).toEqual([undefined, inner, undefined]);
  });

  test("allows four levels and refuses five", async () => {
    const store = memoryStore();
    const nest = (levels: number): Descriptor =>
      storeIndex(store, [levels === 1 ? storeImage(store) : nest(levels - 1)]);
    await expect(read(store, nest(4))).resolves.toMatchObject({ candidates: [{}] });
    await expect(read(store, nest(5))).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      details: { limit: "indexDepth", allowed: 4, actual: 5 },
    });
  });

  test("counts the entries of all indexes together", async () => {
    const store = memoryStore();
    const image = storeImage(store);
    const root = storeIndex(store, [image, storeIndex(store, [image, image])]);
    await expect(read(store, root, { indexEntries: 3 })).rejects.toMatchObject({
      details: { limit: "indexEntries", actual: 4 },
    });
  });

  test("skips a nested index that is not in the source", async () => {
    const store = memoryStore();
    const inner = storeIndex(store, []);
    store.remove(inner.digest);
    const image = storeImage(store);
    const { candidates, diagnostics } = await read(store, storeIndex(store, [inner, image]));
    expect([candidates, diagnostics.map(({ rule }) => rule)]).toEqual([[image], ["platform-missing"]]);
  });
});
