/**
 * Limits on what images may hold, since images can be hostile. The user can raise each of them; exceeding one throws
 * LimitError LIMIT_EXCEEDED with its name.
 */
export interface Limits {
  /** Bytes of all layers together, uncompressed; also of each layer that is made of them. */
  readonly totalBytes: number;
  /**
   * Ratio of uncompressed to compressed bytes of one layer, checked after its first 100 MiB. The default is more than
   * zstd reaches with zeros alone (32,768; gzip 1,032), as sparse files of honest images hold them; totalBytes is what
   * then stops a bomb.
   */
  readonly compressionRatio: number;
  /**
   * Entries of all layers together, with the directories that their paths imply, the names in the targets of links
   * that their paths lead through, and for each hard link the extended attributes of its file and the ranges of a
   * sparse one.
   */
  readonly entries: number;
  /**
   * Bytes of the extended attributes, the link targets and the maps of sparse files of all layers together, which stay
   * in memory, also of each layer that is made of them; each range in a map counts as 24 bytes.
   */
  readonly attributeBytes: number;
  /** Bytes of a cleaned path. */
  readonly pathBytes: number;
  readonly layers: number;
  /** Bytes of a manifest or an index. */
  readonly manifestBytes: number;
  readonly configBytes: number;
  /** Bytes of an archive's manifest.json, or of a layout's index.json. */
  readonly archiveManifestBytes: number;
  /** Images in an archive's manifest.json, or in a layout's index.json. */
  readonly archiveImages: number;
  /** Manifests in the index of an image. */
  readonly indexEntries: number;
  /** Indexes inside indexes. */
  readonly indexDepth: number;
  /** Objects and arrays inside each other in any JSON document. */
  readonly jsonDepth: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** The default limits. */
export const DEFAULT_LIMITS: Limits = {
  totalBytes: 256 * GIB,
  compressionRatio: 40_000,
  entries: 10_000_000,
  attributeBytes: 256 * MIB,
  pathBytes: 4096,
  layers: 1000,
  manifestBytes: 4 * MIB,
  configBytes: 8 * MIB,
  archiveManifestBytes: 20 * MIB,
  archiveImages: 10_000,
  indexEntries: 1000,
  indexDepth: 4,
  jsonDepth: 64,
};
