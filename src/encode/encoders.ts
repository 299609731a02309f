import type { ByteStream } from "../bytes/byte-stream.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import type { Compression } from "../oci/media-type.ts";
import { copyFramesEncoder } from "./copy-frames.ts";
import type { LayerEncoder } from "./layer-encoder.ts";
import { COMPRESSORS, recompressEncoder } from "./recompress.ts";
import { spliceEncoder } from "./splice.ts";
import { storeEncoder } from "./store.ts";

/** The levels of a compression, and its default. */
interface Levels {
  readonly lowest: number;
  readonly highest: number;
  readonly usual: number;
}

const LEVELS: Readonly<Record<"gzip" | "zstd", Levels>> = {
  gzip: { lowest: 0, highest: 9, usual: 6 },
  zstd: { lowest: 1, highest: 22, usual: 3 },
};

/**
 * The encoder that writes layers with a compression, at a level where one is given: gzip 0–9, zstd 1–22. Without a
 * level layers keep their compressed bytes where they can.
 * @throws UsageError ARGUMENT_INVALID for another level, and for any level with `none`
 */
export function createEncoder(compression: Compression, level?: number): LayerEncoder {
  if (compression === "none") {
    if (level !== undefined) {
      throw new UsageError("ARGUMENT_INVALID", "layers that are not compressed have no level", {
        details: { hint: "choose gzip or zstd with --compression" },
      });
    }
    return storeEncoder();
  }
  const { lowest, highest, usual } = LEVELS[compression];
  const chosen = level ?? usual;
  if (!Number.isInteger(chosen) || chosen < lowest || chosen > highest) {
    throw new UsageError("ARGUMENT_INVALID", `the level of ${compression} is ${lowest} to ${highest}, not ${level}`);
  }
  const encoder = recompressEncoder(compression, chosen);
  if (level !== undefined) return encoder;
  return compression === "gzip" ? spliceEncoder(encoder) : copyFramesEncoder(chosen);
}

/** Compresses a whole tar at the default level; undefined for `none`. */
export function createCompressor(
  compression: Compression,
  { concurrency, signal }: Pick<Context, "concurrency" | "signal">,
): ((tar: ByteStream) => ByteStream) | undefined {
  if (compression === "none") return undefined;
  const level = LEVELS[compression].usual;
  return (tar) => COMPRESSORS[compression](tar, { level, concurrency, signal });
}
