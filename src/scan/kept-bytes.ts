import type { Scratch } from "../bytes/scratch.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import { openSeekableFile } from "../bytes/seekable-file.ts";
import type { Context } from "../context.ts";
import type { Compression } from "../oci/media-type.ts";

/** What of a layer's bytes will be read again; what is not asked for costs no scratch. */
export interface ScanKeep {
  /** The uncompressed tar. */
  readonly tar: boolean;
  /** The blobs of layers with this compression, or any, and where in them their deflate blocks or frames lie. */
  readonly blobs: "gzip" | "zstd" | "any" | undefined;
}

/** For who asks only what entries and the looks at contents tell, or reads the few contents that are wanted again. */
export const KEEP_NOTHING: ScanKeep = { tar: false, blobs: undefined };

/** Where bytes will be found after the scan: where they lay before, in a new file that the scan writes, or nowhere. */
export interface KeptBytes {
  readonly inPlace?: SeekableBytes | undefined;
  readonly path?: string | undefined;
}

/** A blob that was found, and what is wanted of it. */
export interface FoundLayer {
  readonly compression: Compression;
  readonly located: SeekableBytes | undefined;
  readonly keep: ScanKeep;
}

/** Decides where the tar and the blob of a layer are kept: nothing is copied that lies in a file already. */
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

/** A plain layer is its own tar: its blob is kept as that. */
export function wantsBlob({ blobs }: ScanKeep, compression: Compression): boolean {
  return compression !== "none" && (blobs === "any" || blobs === compression);
}

/** The kept bytes, to be read by ranges; to read what was not kept is a bug and throws a plain Error. */
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

/** Bytes that nobody has kept; to read them is a bug and throws a plain Error. */
export function notKept(size: number): SeekableBytes {
  const refuse = (): never => {
    throw new Error("bytes are read that the scan was not asked to keep");
  };
  return { size, stream: refuse, read: refuse };
}
