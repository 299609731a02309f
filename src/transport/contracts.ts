import type { ByteStream } from "../bytes/byte-stream.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { WrittenBytes } from "../bytes/written-bytes.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { DiffId, Digest } from "../oci/digest.ts";
import type { Document } from "../oci/document.ts";
import type { ImageIndex } from "../oci/image-index.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Compression, Family } from "../oci/media-type.ts";
import type { Platform } from "../oci/platform.ts";
import type { Reference } from "./reference.ts";
import type { Referrer } from "./referrer.ts";

/** The read side of a transport: one image or index. Everything else is derived from these few methods in `image/`. */
export interface Source extends AsyncDisposable {
  readonly reference: Reference;
  /** Names under which the source itself knows the image (`repository:tag`), the requested one first. */
  readonly names: readonly string[];
  /** If the source is an engine, which engine's view of the layers it has; the profile `auto` follows it. */
  readonly view?: "overlay2" | "containerd" | undefined;
  /** True if the transport made the manifest, because what it reads has none: nobody may rely on its digest. */
  readonly madeManifest?: boolean | undefined;
  /**
   * True if the transport made the config as well, because it reads a root filesystem and no config was given: there is
   * nothing in it to compare.
   */
  readonly madeConfig?: boolean | undefined;
  /** The diffIDs of the image's layers, bottom first, if an engine reports them without saving the image. */
  readonly diffIds?: readonly DiffId[] | undefined;
  /** The engine's ID of the image, if known as early. */
  readonly id?: string | undefined;
  /** The image's platform, if known as early. */
  readonly platform?: Platform | undefined;
  /** What the transport had to ignore or decide to read the source; complete when `resolve` has returned. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The manifest or the index that the reference names. A transport that has neither synthesizes a manifest; its layers
   * are then described as they are stored (an uncompressed layer's digest is its diffID), and its family is `docker`.
   */
  resolve(): Promise<Descriptor>;
  /**
   * Streams a blob. Throws ImageInvalidError DIGEST_MISMATCH or SIZE_MISMATCH before its end if the bytes differ from
   * the descriptor, so a consumer that reaches the end has the right bytes. @throws TransportError SOURCE_NOT_FOUND if
   * it does not exist
   */
  readBlob(blob: Descriptor): ByteStream;
  /** Whether the consumer of a blob owns the memory of each chunk; otherwise it may only read it. */
  readonly givesChunks?: boolean | undefined;
  /**
   * The local file that holds the blob's bytes, unverified, so that they can be read again without a copy; undefined if
   * there is none. Closed with the source.
   */
  locateBlob?(blob: Descriptor): Promise<SeekableBytes | undefined>;
  /**
   * What is stored beside the source and refers to the image or index of a digest: signatures, attestations and the
   * like, each manifest once; empty if there are none or the place does not tell. They are read with `readBlob`. Only
   * places that keep such things have this method. @throws TransportError, ImageInvalidError, LimitError if it could
   * not be found out; the signal's reason if it is aborted
   */
  findReferrers?(subject: Digest, signal: AbortSignal): Promise<readonly Referrer[]>;
  /**
   * Registers a watcher for files that the source has to fetch, while they arrive. Must be called before anything is
   * read; the data is still read by the other methods.
   */
  watchArrivals?(watcher: ArrivalWatcher): void;
}

/** Is told what is on its way to a source, so that work can start early. */
export interface ArrivalWatcher {
  /** About this many bytes were requested; the first may take a while. */
  expected(bytes: number): void;
  /** A file has begun to arrive. It may be any part of the image, and is not verified yet. */
  arriving(file: ArrivingFile): void;
}

/** A file inside a file of the scratch that is still being written. */
export interface ArrivingFile {
  readonly path: string;
  /** Byte offset in the file at `path`. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  /** For the file at `path`. */
  readonly written: WrittenBytes;
}

/** What a destination can hold. */
export interface Accepts {
  readonly families: ReadonlySet<Family>;
  readonly compressions: ReadonlySet<Compression>;
  /** Whether it can hold an index with several manifests, and manifests that are not images. */
  readonly index: boolean;
  /**
   * Whether it can hold an index if several platforms are requested; by default it gets the one image that it can run.
   */
  readonly indexIfAsked?: boolean | undefined;
  /**
   * Whether manifests are kept as they were written; if not, what only they say is lost, and images are identified by
   * their configs. True by default.
   */
  readonly keepsManifests?: boolean | undefined;
  /** Whether it holds only the filesystem of one flat image, so that no layers can be copied to it. */
  readonly filesystemOnly?: boolean | undefined;
  /** Whether planish cannot read what it wrote there. */
  readonly writeOnly?: boolean | undefined;
  /** Whether blobs may be written concurrently; if not, they are stored in the order in which they are written. */
  readonly parallel: boolean;
  /** What `--compression auto` means here when the source's layers have the given compressions. */
  autoCompression(source: ReadonlySet<Compression>): Compression;
}

/**
 * The write side of a transport: blobs, then manifests, then `commit`. Nothing is visible to readers before `commit`;
 * disposing without it leaves no trace.
 */
export interface Destination extends AsyncDisposable {
  readonly reference: Reference;
  readonly accepts: Accepts;
  /** What was written, or existed before, and could not be kept; complete when `commit` has returned. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** Whether the blob exists already; false is always safe. */
  hasBlob(blob: Descriptor): Promise<boolean>;
  /**
   * Stores a blob whose digest is known. Success means that it is stored, not that this call stored it. `open` may be
   * called again on retry.
   */
  writeBlob(blob: Descriptor, open: () => ByteStream): Promise<void>;
  /**
   * Stores a layer whose digest is known only at its end. `produce` may be called again on retry, and yields equal
   * bytes then.
   */
  writeLayer(produce: () => EncodingLayer): Promise<EncodedLayer>;
  /** Stores a manifest or an index; every blob that it names must be written before. */
  writeManifest(manifest: Document<Manifest> | Document<ImageIndex>): Promise<void>;
  /**
   * Makes `root` visible under the names; success means that readers now find it complete. Returns the reference of the
   * result.
   */
  commit(root: Descriptor, names: readonly string[]): Promise<Reference>;
}

/** A layer while it is encoded: read `stream` to its end, then call `result`. */
export interface EncodingLayer {
  readonly compression: Compression;
  /** Bytes of the uncompressed tar, if known before the first byte is encoded. */
  readonly uncompressedSize?: number | undefined;
  /** The consumer owns the memory of each chunk. */
  readonly stream: ByteStream;
  /** Throws a plain Error if the stream has not ended, which is a bug of the caller. */
  result(): EncodedLayer;
}

/** A layer that was encoded. */
export interface EncodedLayer {
  readonly compression: Compression;
  readonly digest: Digest;
  /** Bytes as encoded. */
  readonly size: number;
  readonly diffId: DiffId;
  readonly uncompressedSize: number;
  /** How the uncompressed bytes came into the layer, in bytes of the tar. */
  readonly copied: Readonly<Record<CopyMethod, number>>;
}

/**
 * `verbatim`: the source's blob was copied whole. `spliced`: their compressed bits were copied. `transcoded`: they were
 * near a joint, and their symbols were encoded again. `stored`: not compressed at all. `recompressed`: compressed
 * again.
 */
export type CopyMethod = "verbatim" | "spliced" | "transcoded" | "stored" | "recompressed";
