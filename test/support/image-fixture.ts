/**
 * Images for tests, made without any code of planish: `image({ layers: [layer(file("a", "1"))], tags: ["app:1"] })`.
 * image-archives.ts has the formats in which tools save them.
 */
import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { dir, file, type LayerFixture, layer } from "./tar-fixture.ts";

export interface FixtureBlob {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
}

export interface FixtureLayer {
  readonly tar: Uint8Array;
  readonly diffId: string;
  /** The stored bytes, compressed as the image says. */
  readonly oci: FixtureBlob;
  readonly docker: FixtureBlob;
}

export interface FixtureImage {
  /** `repository:tag` in familiar form. */
  readonly tags: readonly string[];
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly layers: readonly FixtureLayer[];
  readonly config: Uint8Array;
  /** The manifests of the two families, and their configs. */
  readonly oci: FixtureBlob;
  readonly docker: FixtureBlob;
}

export interface ImageWords {
  readonly layers?: readonly LayerFixture[];
  readonly tags?: readonly string[];
  readonly compression?: "none" | "gzip" | "zstd";
  /** Compresses a layer with gzip, given its number; node:zlib with default options by default. */
  readonly gzip?: (tar: Uint8Array, layer: number) => Uint8Array;
  readonly architecture?: string;
  /** The config's `config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** `created_by` of each layer; "step 0" and so on by default. */
  readonly steps?: readonly string[];
  /** Overrides the diffIDs; they may be wrong. */
  readonly diffIds?: readonly string[];
}

const OCI = "application/vnd.oci.image";
const DOCKER = "application/vnd.docker";

export function image(words: ImageWords = {}): FixtureImage {
  const { tags = [], compression = "none", architecture = "amd64", config = {} } = words;
  const compress = {
    none: (tar: Uint8Array) => tar,
    gzip: words.gzip ?? ((tar) => gzipSync(tar)),
    zstd: (tar: Uint8Array) => zstdCompressSync(tar),
  }[compression];
  const layers = (words.layers ?? sampleLayers()).map((fixture, number) => {
    const tar = fixture.tar();
    return storedLayer(tar, compress(tar, number), compression);
  });
  const configBytes = json({
    architecture,
    os: "linux",
    created: "2024-05-06T07:08:09.123456789Z",
    config: { Cmd: ["/bin/true"], ...config },
    rootfs: { type: "layers", diff_ids: words.diffIds ?? layers.map(({ diffId }) => diffId) },
    history: layers.map((_, at) => ({
      created: "2024-05-06T07:08:09Z",
      created_by: words.steps?.[at] ?? `step ${at}`,
    })),
  });
  return {
    tags,
    platform: { os: "linux", architecture },
    layers,
    config: configBytes,
    oci: manifest(
      `${OCI}.manifest.v1+json`,
      blob(`${OCI}.config.v1+json`, configBytes),
      layers.map(({ oci }) => oci),
    ),
    docker: manifest(
      `${DOCKER}.distribution.manifest.v2+json`,
      blob(`${DOCKER}.container.image.v1+json`, configBytes),
      layers.map(({ docker }) => docker),
    ),
  };
}

/** Two layers of a few bytes. */
export function sampleLayers(): LayerFixture[] {
  return [layer(dir("etc"), file("etc/hosts", "127.0.0.1 localhost\n")), layer(file("hello", "hello, world\n"))];
}

export function blob(mediaType: string, bytes: Uint8Array): FixtureBlob {
  return { mediaType, digest: digestOf(bytes), bytes };
}

/** The descriptor of a blob. */
export function descriptor({ mediaType, digest, bytes }: FixtureBlob, more: Readonly<Record<string, unknown>> = {}) {
  return { mediaType, digest, size: bytes.length, ...more };
}

/** An index over images, with an attestation beside each as BuildKit writes it. */
export function imageIndex(...images: readonly FixtureImage[]): { index: FixtureBlob; attestations: FixtureBlob[] } {
  const attestations = images.map(({ oci }) => {
    const statement = blob("application/vnd.in-toto+json", json({ subject: oci.digest }));
    return manifest(
      `${OCI}.manifest.v1+json`,
      blob(`${OCI}.config.v1+json`, json({ architecture: "unknown", os: "unknown" })),
      [statement],
    );
  });
  const manifests = images.map(({ oci, platform }) => descriptor(oci, { platform }));
  const attested = attestations.map((attestation, at) =>
    descriptor(attestation, {
      platform: { os: "unknown", architecture: "unknown" },
      annotations: {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": images[at]?.oci.digest,
      },
    }),
  );
  const mediaType = `${OCI}.index.v1+json`;
  const bytes = json({ schemaVersion: 2, mediaType, manifests: [...manifests, ...attested] });
  return { index: blob(mediaType, bytes), attestations };
}

export function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function storedLayer(tar: Uint8Array, stored: Uint8Array, compression: "none" | "gzip" | "zstd"): FixtureLayer {
  const suffix = compression === "none" ? ["", ""] : [`+${compression}`, `.${compression}`];
  return {
    tar,
    diffId: digestOf(tar),
    oci: blob(`${OCI}.layer.v1.tar${suffix[0]}`, stored),
    docker: blob(`${DOCKER}.image.rootfs.diff.tar${suffix[1]}`, stored),
  };
}

function manifest(mediaType: string, config: FixtureBlob, layers: readonly FixtureBlob[]): FixtureBlob {
  const described = { config: descriptor(config), layers: layers.map((layer) => descriptor(layer)) };
  return blob(mediaType, json({ schemaVersion: 2, mediaType, ...described }));
}
