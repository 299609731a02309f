import { zstdCompressSync } from "node:zlib";
import type { SeekableBytes } from "../../src/bytes/seekable-bytes.ts";
import { unzstd } from "../../src/compression/unzstd.ts";
import { type ZstdMap, ZstdMapBuilder } from "../../src/compression/zstd-map.ts";
import type { EncodeSource } from "../../src/encode/layer-encoder.ts";
import { pieces } from "./byte-streams.ts";
import { memoryBytes } from "./layer-index.ts";

/** A skippable frame, such as the one that ends a zstd:chunked layer. */
export function skippable(length: number, kind = 0): Buffer {
  const frame = Buffer.alloc(8 + length, 0xaa);
  frame.writeUInt32LE(0x184d2a50 + kind, 0);
  frame.writeUInt32LE(length, 4);
  return frame;
}

/** The bytes split into frames of these lengths, repeatedly; the last frame may be shorter. */
export function inFrames(bytes: Uint8Array, lengths: readonly number[]): Buffer {
  const frames: Buffer[] = [];
  let at = 0;
  for (let number = 0; at < bytes.length; number += 1) {
    const length = lengths[number % lengths.length] ?? bytes.length;
    frames.push(zstdCompressSync(bytes.subarray(at, at + length)));
    at += length;
  }
  return Buffer.concat(frames);
}

/** The frames of a blob, as the decoder reports them. */
export async function zstdMap(blob: Uint8Array, chunk = 65_536): Promise<ZstdMap> {
  const builder = new ZstdMapBuilder();
  for await (const _ of unzstd(pieces(blob, chunk), builder));
  return builder.finish();
}

/** A zstd layer for encoders. */
export async function zstdLayer(
  tar: Uint8Array,
  blob: Uint8Array,
  keep: (bytes: Uint8Array) => SeekableBytes = memoryBytes,
): Promise<EncodeSource> {
  return { tar: keep(tar), size: tar.length, zstd: { map: await zstdMap(blob), blob: keep(blob) } };
}
