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

/** The read side of a transport: one image or index. All else is derived from these few methods, once, in `image/`. */
export interface Source extends AsyncDisposable {
  readonly reference: Reference;
  /** Names under which the source itself knows the image (`repository:tag`), first the one asked for. */
  readonly names: readonly string[];
  /** Which engine's view of the layers the source has, where it is an engine: what the profile `auto` keeps to. */
  readonly view?: "overlay2" | "containerd" | undefined;
  /**
   * True where the transport made the manifest, because what it reads keeps none: its digest is no one's to rely on.
   */
  readonly madeManifest?: boolean | undefined;
  /**
   * True where the transport made the config as well, because what it reads is a root filesystem and nobody gave one:
   * there is nothing in it that could be compared.
   */
  readonly madeConfig?: boolean | undefined;
  /** The diffIDs of the image's layers, bottom first, where an engine tells them without saving the image. */
  readonly diffIds?: readonly DiffId[] | undefined;
  /** The engine's ID of the image, where it is known as early. */
  readonly id?: string | undefined;
  /** The image's platform, where it is known as early. */
  readonly platform?: Platform | undefined;
  /** What the transport had to overlook or decide to read the source; complete when `resolve` has returned. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The manifest or the index that the reference means. A transport that holds neither synthesises a manifest; its
   * layers are then described as they lie there (an uncompressed layer's digest is its diffID), and its family is
   * `docker`.
   */
  resolve(): Promise<Descriptor>;
  /**
   * Streams a blob. Throws ImageInvalidError DIGEST_MISMATCH or SIZE_MISMATCH before its end when the bytes differ from
   * the descriptor, so a consumer that reached the end has the right bytes. @throws TransportError SOURCE_NOT_FOUND
   * when it is not there
   */
  readBlob(blob: Descriptor): ByteStream;
  /** Whether each chunk of a blob belongs to whoever took it, memory and all; else it may only be looked at. */
  readonly givesChunks?: boolean | undefined;
  /**
   * The blob's bytes where they lie in a local file, unverified, to be read again without a copy; undefined when there
   * is no such file. Closed with the source.
   */
  locateBlob?(blob: Descriptor): Promise<SeekableBytes | undefined>;
  /**
   * What lies beside the source and speaks of the image or index of a digest: its signatures, attestations and the
   * like, each manifest once; none where the place knows of none, or does not say. They are read with `readBlob`. A
   * method only of places that keep such things. @throws TransportError, ImageInvalidError, LimitError when it could
   * not be found out; the signal's reason when it is aborted
   */
  findReferrers?(subject: Digest, signal: AbortSignal): Promise<readonly Referrer[]>;
  /**
   * Has somebody told of files that the source has to fetch, while they come. To be called before anything is read;
   * what is read then comes by way of the other methods all the same.
   */
  watchArrivals?(watcher: ArrivalWatcher): void;
}

/** Who wants to know what is on its way to a source, so as to use the time. */
export interface ArrivalWatcher {
  /** So many bytes were asked for, more or less; the first may be a while. */
  expected(bytes: number): void;
  /**
   * A file has begun to come. It may be anything that the image is made of, and whether it is right is not known yet.
   */
  arriving(file: ArrivingFile): void;
}

/** A file inside a file of the scratch that is still being written. */
export interface ArrivingFile {
  readonly path: string;
  /** Byte offset in the file at `path`. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  /** Of the file at `path`. */
  readonly written: WrittenBytes;
}

/** What a destination can hold. */
export interface Accepts {
  readonly families: ReadonlySet<Family>;
  readonly compressions: ReadonlySet<Compression>;
  /** Whether it can hold an index with several manifests, and manifests of what is no image. */
  readonly index: boolean;
  /**
   * Whether it can hold an index where several platforms are asked for; by default it gets the one image that it can
   * run.
   */
  readonly indexIfAsked?: boolean | undefined;
  /**
   * Whether manifests are kept as they were written; where not, what they alone say is lost, and images are known by
   * their configs. True by default.
   */
  readonly keepsManifests?: boolean | undefined;
  /** Whether it holds the filesystem of one flat image, and no layers that could be copied to it. */
  readonly filesystemOnly?: boolean | undefined;
  /** Whether planish cannot read what it wrote there. */
  readonly writeOnly?: boolean | undefined;
  /** Whether blobs may be written side by side; where not, they lie in the order in which they are written. */
  readonly parallel: boolean;
  /** What `--compression auto` means here when the source's layers have the given compressions. */
  autoCompression(source: ReadonlySet<Compression>): Compression;
}

/**
 * The write side of a transport: blobs, then manifests, then `commit`. Nothing is visible to readers before it;
 * disposing without it leaves no trace.
 */
export interface Destination extends AsyncDisposable {
  readonly reference: Reference;
  readonly accepts: Accepts;
  /** What could not be kept of what was written or was there before; complete when `commit` has returned. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** Whether the blob is there already; false is always a safe answer. */
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
  /** Stores a manifest or an index; every blob that it names was written before. */
  writeManifest(manifest: Document<Manifest> | Document<ImageIndex>): Promise<void>;
  /**
   * Makes `root` visible under the names; success means that a reader now finds it whole. Returns what to call the
   * result.
   */
  commit(root: Descriptor, names: readonly string[]): Promise<Reference>;
}

/** A layer while it is encoded: take `stream` to its end, then `result` says what it was. */
export interface EncodingLayer {
  readonly compression: Compression;
  /** Bytes of the uncompressed tar, where they are known before the first byte is encoded. */
  readonly uncompressedSize?: number | undefined;
  /** Each chunk belongs to whoever took it, memory and all. */
  readonly stream: ByteStream;
  /** Throws a plain Error when the stream has not ended: that is a bug of the caller. */
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
 * `verbatim`: the source's blob was copied whole. `spliced`: their compressed bits were copied. `transcoded`: they lay
 * near a joint, and their symbols were coded again. `stored`: not compressed at all. `recompressed`: compressed again.
 */
export type CopyMethod = "verbatim" | "spliced" | "transcoded" | "stored" | "recompressed";
