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
 * What one pass over a layer's blob learned; digest, size and diffID were verified by it, or by that of an earlier run
 * whose cache is used.
 */
export interface LayerIndex {
  readonly descriptor: Descriptor;
  readonly diffId: DiffId;
  /** What the bytes are, whatever the media type says. */
  readonly compression: Compression;
  /** Bytes of the uncompressed tar, everything after its end marker included. */
  readonly size: number;
  readonly entries: EntryList;
  /** Byte offset in the uncompressed tar at which the last entry ends. */
  readonly end: number;
  /** Whether exactly 1024 NULs follow `end` and nothing else. */
  readonly trailerExact: boolean;
  /** `layer` is not set here: the same layer may lie at several places of a stack. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether it comes from the cache. */
  readonly cached: boolean;
  /** Whether the blob was not read by this run, since the cache knows it: then neither `tar` nor a blob can be read. */
  readonly unread: boolean;
  /** The uncompressed tar, to be read by ranges: the source's own file, or a scratch file. */
  readonly tar: SeekableBytes;
  /** What the contents of files showed, where the scan was asked to look. */
  readonly content?: ContentFacts | undefined;
  /** What it takes to copy the layer's compressed bits; only for gzip, and only where the scan was asked for it. */
  readonly deflate?: DeflatedLayer | undefined;
  /** What it takes to copy the layer's frames; only for zstd, and only where the scan was asked for it. */
  readonly zstd?: ZstdLayer | undefined;
}

/** The compressed bytes of a gzip layer, and what of the tar each stretch of them makes. */
export interface DeflatedLayer {
  readonly map: DeflateMap;
  /** The blob, to be read by ranges: the source's own file, or a scratch file. */
  readonly blob: SeekableBytes;
}

/** The compressed bytes of a zstd layer, and what of the tar each of its frames makes. */
export interface ZstdLayer {
  readonly map: ZstdMap;
  /** The blob, to be read by ranges: the source's own file, or a scratch file. */
  readonly blob: SeekableBytes;
}
