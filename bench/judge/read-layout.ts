import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The parts of an image in a layout that the bench needs. */
export interface LayoutImage {
  readonly config: ImageConfig;
  readonly layers: readonly { readonly path: string; readonly digest: string; readonly size: number }[];
}

/** The part of a config that flattening must keep. */
export interface ImageConfig {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly architecture?: string;
  readonly os?: string;
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

const REF_NAME = "org.opencontainers.image.ref.name";

/** Reads the manifest and config that a tag of an OCI layout names. */
export async function readManifest(layout: string, tag: string): Promise<LayoutImage> {
  const blob = (digest: string): string => join(layout, "blobs/sha256", digest.slice("sha256:".length));
  const { manifests } = (await readJson(join(layout, "index.json"))) as { manifests: Descriptor[] };
  const entry = manifests.find(({ annotations }) => annotations?.[REF_NAME] === tag);
  if (entry === undefined) throw new Error(`${layout} has no tag ${tag}`);
  const manifest = (await readJson(blob(entry.digest))) as { config: Descriptor; layers: Descriptor[] };
  return {
    config: (await readJson(blob(manifest.config.digest))) as ImageConfig,
    layers: manifest.layers.map(({ digest, size }) => ({ path: blob(digest), digest, size })),
  };
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8")) as unknown;
}
