import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { ZstdMap } from "../compression/zstd-map.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { DeflateMap } from "../kernel/deflate-map.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { DiffId } from "../oci/digest.ts";
import type { Compression } from "../oci/media-type.ts";
import type { EntryList } from "../tar/entry.ts";
import type { ContentFacts } from "./content-facts.ts";

/**
 * The result of one pass over a layer's blob. Digest, size and diffID were verified by that pass, or by an earlier run
 * if it comes from the cache.
 */
export interface LayerIndex {
  readonly descriptor: Descriptor;
  readonly diffId: DiffId;
  /** The actual compression, whatever the media type says. */
  readonly compression: Compression;
  /** Bytes of the uncompressed tar, including everything after its end marker. */
  readonly size: number;
  readonly entries: EntryList;
  /** Byte offset in the uncompressed tar at which the last entry ends. */
  readonly end: number;
  /** Whether `end` is followed by exactly 1024 NULs and nothing else. */
  readonly trailerExact: boolean;
  /** Without `layer`, since the same layer may be in a stack several times. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the index comes from the cache. */
  readonly cached: boolean;
  /** Whether this run has not read the blob, since the cache knows it: then neither `tar` nor a blob can be read. */
  readonly unread: boolean;
  /** The uncompressed tar, readable by ranges: the source's own file, or a scratch file. */
  readonly tar: SeekableBytes;
  /** Facts about contents, if the scan was asked to examine them. */
  readonly content?: ContentFacts | undefined;
  /** What is needed to copy the layer's compressed bits; only for gzip, and only if the scan was asked to keep it. */
  readonly deflate?: DeflatedLayer | undefined;
  /** What is needed to copy the layer's frames; only for zstd, and only if the scan was asked to keep it. */
  readonly zstd?: ZstdLayer | undefined;
}

/** The compressed bytes of a gzip layer, and which bytes of the tar each stretch of them produces. */
export interface DeflatedLayer {
  readonly map: DeflateMap;
  /** The blob, readable by ranges: the source's own file, or a scratch file. */
  readonly blob: SeekableBytes;
}

/** The compressed bytes of a zstd layer, and which bytes of the tar each run of its frames produces. */
export interface ZstdLayer {
  readonly map: ZstdMap;
  /** The blob, readable by ranges: the source's own file, or a scratch file. */
  readonly blob: SeekableBytes;
}
