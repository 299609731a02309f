import type { ByteRange, ByteStream } from "./byte-stream.ts";
import type { SeekableBytes } from "./seekable-bytes.ts";

/** The bytes of a file without the omitted ranges, which are in order and do not overlap. */
export async function* withoutRanges(file: SeekableBytes, omitted: readonly ByteRange[]): ByteStream {
  let at = 0;
  for (const { start, end } of [...omitted, { start: file.size, end: file.size }]) {
    if (start > at) yield* file.stream({ start: at, end: start });
    at = end;
  }
}
