import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { guardIo } from "../../bytes/io-error.ts";
import { openSeekableFile, type SeekableFile } from "../../bytes/seekable-file.ts";
import { spool } from "../../bytes/spool.ts";
import { tapped } from "../../bytes/tapped.ts";
import { decompressWithin } from "../../compression/decompress-within.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { ImageInvalidError } from "../../errors.ts";
import { type DiffId, hashDigest } from "../../oci/digest.ts";
import { type StageDescription, startStage } from "../../progress/stage-progress.ts";
import type { Source } from "../contracts.ts";
import { openWithoutManifest } from "../docker-archive/synthetic-source.ts";
import type { FileTree } from "../file-tree.ts";
import type { FileReference } from "../reference.ts";
import { readStdin } from "../stdio.ts";
import { importConfig } from "./import-config.ts";
import { withLinkXattrs } from "./link-headers.ts";
import { pack } from "./pack.ts";

/** Options for root filesystems, as a source and as a destination. */
export interface RootfsOptions {
  /** Source: a file with the config for the image, as `configOut` writes it. */
  readonly config?: string | undefined;
  /** Source without `config`: the image's `os/arch[/variant]`; linux on this architecture by default. */
  readonly platform?: string | undefined;
  /** Destination: a file for the image's config. */
  readonly configOut?: string | undefined;
}

/**
 * Opens a root filesystem, a folder or a tar that may be compressed with gzip or zstd, as an image of one layer. A tar
 * is read in place; a folder is packed and stdin (`-`) copied to scratch.
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL; ImageInvalidError CONFIG_INVALID, TAR_INVALID,
 * GZIP_INVALID, ZSTD_INVALID, IMAGE_UNSUPPORTED
 * @throws LimitError LIMIT_EXCEEDED (totalBytes, compressionRatio)
 */
export async function openRootfsSource(
  reference: FileReference,
  options: RootfsOptions,
  context: Context,
): Promise<Source> {
  const diagnostics: Diagnostic[] = [];
  const opened = await open(reference.path, context, (diagnostic) => diagnostics.push(diagnostic));
  const { layer, modified } = opened;
  try {
    const shown = reference.path === "-" ? "stdin" : reference.path;
    const read = watched(layer.stream(), { label: "root filesystem", total: layer.size }, context);
    const plain = await decompressWithin(read, context.limits, (diagnostic) => diagnostics.push(diagnostic));
    const diffId = await digestOf(plain, shown);
    const name = reference.path === "-" ? "-" : basename(resolve(reference.path));
    const rootfs = { diffId, modified, name, config: options.config, platform: options.platform };
    const { bytes, descriptor } = await importConfig(rootfs, context.limits);
    const image = { Config: "config.json", Layers: [LAYER], RepoTags: [] };
    const archive = treeOf(layer, reference.path, diagnostics);
    const madeConfig = options.config === undefined;
    const parts = { archive, image, config: { bytes, descriptor }, names: [], reference, madeConfig };
    return await openWithoutManifest(parts, context);
  } catch (error) {
    await layer[Symbol.asyncDispose]();
    throw error;
  }
}

const LAYER = "layer.tar";

interface Opened {
  readonly layer: SeekableFile;
  readonly modified: Date;
}

type Notice = (diagnostic: Diagnostic) => void;

async function open(path: string, context: Context, notice: Notice): Promise<Opened> {
  const { scratch, signal } = context;
  if (path === "-") {
    const read = watched(readStdin(signal), { label: "stdin" }, context);
    return { layer: await spool(read, await scratch.path("stdin.tar"), signal), modified: new Date() };
  }
  const found = await guardIo({ side: "source", path }, () => stat(path));
  const modified = new Date(Math.floor(found.mtimeMs / 1000) * 1000);
  if (!found.isDirectory()) return { layer: await openSeekableFile(path, { signal }), modified };
  return { layer: await packed(path, context, notice), modified };
}

async function packed(folder: string, context: Context, notice: Notice): Promise<SeekableFile> {
  const { scratch, signal } = context;
  const read = watched(pack(folder, { signal, notice }), { label: "folder" }, context);
  const first = await spool(read, await scratch.path("packed.tar"), signal);
  scratch.own(first);
  const changed = await withLinkXattrs(first);
  return changed === undefined ? first : spool(changed, await scratch.path("rootfs.tar"), signal);
}

/** Reports the reading of `stream` as a stage. */
async function* watched(
  stream: ByteStream,
  description: Omit<StageDescription, "stage">,
  context: Context,
): AsyncGenerator<Uint8Array> {
  const progress = startStage((event) => context.report(event), { stage: "open", ...description });
  yield* tapped(stream, (chunk) => progress.advance(chunk.length));
  progress.finish();
}

/** @throws ImageInvalidError TAR_INVALID, IMAGE_UNSUPPORTED for what is not a tar but would be read as an empty one */
async function digestOf(plain: ByteStream, path: string): Promise<DiffId> {
  const hash = createHash("sha256");
  let size = 0;
  let isZero = true;
  for await (const chunk of plain) {
    hash.update(chunk);
    const first: number = isZero ? chunk.findIndex((byte) => byte !== 0) : -1;
    if (first !== -1 && size + first >= END_OF_TAR) throw endedAtOnce(path);
    isZero &&= first === -1;
    size += chunk.length;
  }
  if (size === 0) throw empty(path);
  return hashDigest(hash);
}

/**
 * Two zero blocks, after which a tar is not read any further. ext4 and erofs begin with zeros, since they leave room
 * for a boot sector, and would become empty images.
 */
const END_OF_TAR = 1024;

function endedAtOnce(path: string): ImageInvalidError {
  const message = `${path} is not a root filesystem that can be read: it begins with the end of a tar, and goes on`;
  const hint = "if it is a filesystem or a disk, mount it, and name the folder";
  return new ImageInvalidError("IMAGE_UNSUPPORTED", message, { details: { path, hint } });
}

function empty(path: string): ImageInvalidError {
  const hint = "see whether the command that wrote it failed; a tar of no files has 1024 bytes";
  return new ImageInvalidError("TAR_INVALID", `${path} is not a tar: it is empty`, { details: { path, hint } });
}

function treeOf(layer: SeekableFile, name: string, diagnostics: readonly Diagnostic[]): FileTree {
  return {
    name,
    diagnostics,
    file: async (path) => (path === LAYER ? layer : undefined),
    [Symbol.asyncDispose]: () => layer[Symbol.asyncDispose](),
  };
}
