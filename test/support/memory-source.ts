import { chunksOf } from "../../src/bytes/chunks-of.ts";
import { verified } from "../../src/bytes/verified.ts";
import type { Context } from "../../src/context.ts";
import { TransportError } from "../../src/errors.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { type Digest, sha256 } from "../../src/oci/digest.ts";
import { documentMediaType, type Family, layerMediaType } from "../../src/oci/media-type.ts";
import type { Source } from "../../src/transport/contracts.ts";
import { createWorkerPool } from "../../src/workers/worker-pool.ts";

/** A source whose blobs are in memory. */
export interface MemoryStore {
  /** Stores text as it is, anything else as JSON. */
  put(mediaType: string, content: unknown, extra?: Partial<Descriptor>): Descriptor;
  remove(digest: Digest): void;
  /** Digests of the blobs that were read, in order. */
  readonly reads: readonly Digest[];
  /** A source, which with `local` knows the location of its blobs. */
  source(root: Descriptor, local?: boolean): Source;
}

export function memoryStore(): MemoryStore {
  const blobs = new Map<Digest, Uint8Array>();
  const reads: Digest[] = [];
  return {
    reads,
    put(mediaType, content, extra = {}) {
      const bytes = new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));
      const digest = sha256(bytes);
      blobs.set(digest, bytes);
      return { mediaType, digest, size: bytes.length, ...extra };
    },
    remove: (digest) => void blobs.delete(digest),
    source: (root, local = false) => ({
      reference: { transport: "oci", text: "oci:memory", path: "memory" },
      names: [],
      diagnostics: [],
      resolve: () => Promise.resolve(root),
      async *readBlob(blob) {
        reads.push(blob.digest);
        const bytes = blobs.get(blob.digest);
        if (bytes === undefined) throw new TransportError("SOURCE_NOT_FOUND", `no blob ${blob.digest}`);
        yield* verified(chunksOf(bytes), blob);
      },
      ...(local ? { locateBlob: () => Promise.resolve(undefined) } : {}),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  };
}

/** Options of an image fixture. */
export interface ImageFixture {
  readonly family?: Family;
  /** Contents of the layers, which are never unpacked here. */
  readonly layers?: readonly string[];
  /** Replaces the media type of the layers. */
  readonly layerType?: string;
  readonly configType?: string;
  /** The config's text, or properties beside `rootfs`. */
  readonly config?: string | Readonly<Record<string, unknown>>;
  /** Properties of the manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Properties of the manifest's descriptor. */
  readonly descriptor?: Partial<Descriptor>;
}

/** Stores an image and returns the descriptor of its manifest. */
export function storeImage(store: MemoryStore, fixture: ImageFixture = {}): Descriptor {
  const { family = "oci", layers = ["lower", "upper"], config = { os: "linux", architecture: "amd64" } } = fixture;
  const stored = layers.map((layer) => store.put(fixture.layerType ?? layerMediaType(family, "none"), layer));
  const rootfs = { type: "layers", diff_ids: stored.map((layer) => layer.digest) };
  const text = typeof config === "string" ? config : JSON.stringify({ ...config, rootfs });
  const manifest = {
    schemaVersion: 2,
    mediaType: documentMediaType(family, "manifest"),
    config: store.put(fixture.configType ?? documentMediaType(family, "config"), text),
    layers: stored,
    ...fixture.manifest,
  };
  return store.put(documentMediaType(family, "manifest"), manifest, fixture.descriptor);
}

/** An index of the given entries. */
export function storeIndex(store: MemoryStore, manifests: readonly Descriptor[], extra: object = {}): Descriptor {
  const mediaType = documentMediaType("oci", "index");
  return store.put(mediaType, { schemaVersion: 2, mediaType, manifests, ...extra });
}

/** A context for code that needs no scratch. */
export function testContext(limits: Partial<Limits> = {}): Context {
  return {
    signal: new AbortController().signal,
    limits: { ...DEFAULT_LIMITS, ...limits },
    get scratch(): never {
      throw new Error("no scratch here");
    },
    concurrency: 1,
    workers: createWorkerPool(1),
    report() {},
  };
}
