import { describe, expect, test } from "vitest";
import { readIndexTree } from "../../../src/image/index-tree.ts";
import { type IndexChange, rewriteIndex } from "../../../src/image/rewrite-index.ts";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_INDEX, OCI_MANIFEST } from "../../../src/oci/media-type.ts";
import { type MemoryStore, memoryStore, storeIndex } from "../../support/memory-source.ts";

/** A manifest that need not exist: nobody reads it here. */
const named = (name: string, extra: Partial<Descriptor> = {}): Descriptor => ({
  mediaType: OCI_MANIFEST,
  digest: sha256(name),
  size: name.length,
  ...extra,
});

async function rewrite(
  store: MemoryStore,
  root: Descriptor,
  flat: Record<string, Descriptor>,
  family: IndexChange["family"] = "oci",
  zstd: readonly string[] = [],
) {
  const { tree } = await readIndexTree(store.source(root), root, DEFAULT_LIMITS);
  const manifests = new Map(Object.entries(flat).map(([name, descriptor]) => [sha256(name), descriptor]));
  const rewritten = rewriteIndex(tree, { family, manifests, zstd: new Set(zstd.map((name) => sha256(name))) });
  return { ...rewritten, json: rewritten.indexes.at(-1)?.json, tree };
}

describe("rewriteIndex", () => {
  test("puts new digests in and keeps order, platforms, annotations and what it does not know", async () => {
    const store = memoryStore();
    const amd64 = {
      platform: { os: "linux", architecture: "amd64" },
      annotations: { "org.opencontainers.image.ref.name": "1" },
    };
    const arm64 = { platform: { os: "linux", architecture: "arm64" }, urls: ["http://x"], extra: true };
    const manifests = [named("a", amd64), named("b", arm64)];
    const root = storeIndex(store, manifests, { annotations: { k: "v" }, more: 1.5 });
    const { json, root: flat, indexes } = await rewrite(store, root, { a: named("A1"), b: named("B22") });
    expect(json).toEqual({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [
        { ...named("A1"), ...amd64 },
        { ...named("B22"), platform: arm64.platform, extra: true },
      ],
      annotations: { k: "v" },
      more: 1.5,
    });
    expect(indexes[0]?.descriptor).toEqual(flat);
    expect(flat.digest).toBe(sha256(indexes[0]?.bytes ?? ""));
  });

  test("calls a changed manifest zstd only if it is", async () => {
    const store = memoryStore();
    const marked = (name: string, text = {}): Descriptor =>
      named(name, { annotations: { "io.github.containers.compression.zstd": "true", ...text } });
    const root = storeIndex(store, [marked("a", { k: "v" }), marked("b"), marked("c"), marked("d")]);
    const flat = { a: named("A1"), b: named("B1"), c: named("C1"), d: named("d") };
    const { json } = await rewrite(store, root, flat, "oci", ["C1"]);
    const [a, b] = [named("A1", { annotations: { k: "v" } }), named("B1", { annotations: {} })];
    expect(json?.manifests).toEqual([a, b, marked("C1"), marked("d")]);
  });

  test("drops entries that name no flat image, and the subject", async () => {
    const store = memoryStore();
    const attestation = named("t", { annotations: { "vnd.docker.reference.type": "attestation-manifest" } });
    const root = storeIndex(store, [attestation, named("a"), named("gone")], { subject: named("s") });
    const { json, diagnostics } = await rewrite(store, root, { a: named("A") });
    expect(json?.manifests).toEqual([named("A")]);
    expect(json).not.toHaveProperty("subject");
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["subject-dropped"]);
  });

  test("rewrites inner indexes, each before the one that names it, and drops those left empty", async () => {
    const store = memoryStore();
    const inner = storeIndex(store, [named("b")], { subject: named("s") });
    const empty = storeIndex(store, [named("c")]);
    const root = storeIndex(store, [named("a"), { ...inner, annotations: { i: "1" } }, empty]);
    const { json, indexes, diagnostics } = await rewrite(store, root, { a: named("A"), b: named("B") });
    expect(indexes.map((index) => index.json.manifests.length)).toEqual([1, 2]);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["subject-dropped"]);
    expect(json?.manifests).toEqual([named("A"), { ...indexes[0]?.descriptor, annotations: { i: "1" } }]);
  });

  test("becomes a manifest list in Docker's family", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [named("a", { platform: { os: "linux", architecture: "amd64" } })], {
      annotations: { a: "b" },
    });
    const {
      json,
      root: flat,
      diagnostics,
    } = await rewrite(store, root, { a: named("A", { mediaType: DOCKER_MANIFEST }) }, "docker");
    expect([flat.mediaType, json?.mediaType, json?.manifests[0]?.mediaType]).toEqual([
      DOCKER_MANIFEST_LIST,
      DOCKER_MANIFEST_LIST,
      DOCKER_MANIFEST,
    ]);
    expect(json).not.toHaveProperty("annotations");
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["annotations-dropped"]);
  });

  test("adds no media type to an OCI index that has none, and to one that becomes Docker's its own", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [named("a")], { mediaType: undefined });
    expect((await rewrite(store, root, { a: named("A") })).json).not.toHaveProperty("mediaType", expect.anything());
    const docker = await rewrite(store, root, { a: named("A", { mediaType: DOCKER_MANIFEST }) }, "docker");
    expect(docker.json?.mediaType).toBe(DOCKER_MANIFEST_LIST);
  });

  test("leaves an index alone whose images stay what they were", async () => {
    const store = memoryStore();
    const root = storeIndex(store, [named("a"), named("b")], { subject: named("s") });
    const { indexes, tree } = await rewrite(store, root, { a: named("a"), b: named("b") });
    expect(indexes[0]?.bytes).toBe(tree.document.bytes);
  });
});
