import type { Scratch } from "../bytes/scratch.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import { openSeekableFile } from "../bytes/seekable-file.ts";
import type { Context } from "../context.ts";
import type { Compression } from "../oci/media-type.ts";

/** Which bytes of a layer will be read again; only these may take up scratch. */
export interface ScanKeep {
  /** The uncompressed tar. */
  readonly tar: boolean;
  /** The blob, if it has this compression, with the positions of its deflate blocks or zstd frames. */
  readonly blobs: "gzip" | "zstd" | "any" | undefined;
}

/** For callers that only need entries and content facts, or read the few contents that they need a second time. */
export const KEEP_NOTHING: ScanKeep = { tar: false, blobs: undefined };

/** All that at least one of two asks for. */
export function keepBoth(one: ScanKeep, other: ScanKeep): ScanKeep {
  const blobs = one.blobs ?? other.blobs;
  return { tar: one.tar || other.tar, blobs: (other.blobs ?? blobs) === blobs ? blobs : "any" };
}

/** Where bytes are after the scan: where they were before, in a new file that the scan writes, or nowhere. */
export interface KeptBytes {
  readonly inPlace?: SeekableBytes | undefined;
  readonly path?: string | undefined;
}

/** A blob that was found, and which bytes of it to keep. */
export interface FoundLayer {
  readonly compression: Compression;
  readonly located: SeekableBytes | undefined;
  readonly keep: ScanKeep;
}

/** Decides where the tar and the blob of a layer are kept: nothing is copied that is in a file already. */
export async function whereKept(
  { compression, located, keep }: FoundLayer,
  scratch: Scratch,
): Promise<{ readonly tar: KeptBytes; readonly blob: KeptBytes }> {
  const at = async (label: string): Promise<KeptBytes> => ({ path: await scratch.path(label) });
  const inPlace: KeptBytes | undefined = located && { inPlace: located };
  const tarInPlace = compression === "none" ? inPlace : undefined;
  return {
    tar: keep.tar ? (tarInPlace ?? (await at("layer.tar"))) : {},
    blob: wantsBlob(keep, compression) ? (inPlace ?? (await at("layer.blob"))) : {},
  };
}

/** Whether the blob is kept. An uncompressed blob is the tar itself, and is kept as that. */
export function wantsBlob({ blobs }: ScanKeep, compression: Compression): boolean {
  return compression !== "none" && (blobs === "any" || blobs === compression);
}

/** Opens the kept bytes for reading by ranges; reading bytes that were not kept is a bug and throws a plain Error. */
export async function openKept(
  { inPlace, path }: KeptBytes,
  size: number,
  { signal, scratch }: Context,
): Promise<SeekableBytes> {
  if (inPlace !== undefined) return inPlace;
  if (path === undefined) return notKept(size);
  const file = await openSeekableFile(path, { signal, side: "scratch" });
  scratch.own(file);
  return file;
}

/** Bytes that were not kept; reading them is a bug and throws a plain Error. */
export function notKept(size: number): SeekableBytes {
  const refuse = (): never => {
    throw new Error("bytes are read that the scan was not asked to keep");
  };
  return { size, stream: refuse, read: refuse };
}
