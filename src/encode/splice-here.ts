import { setImmediate as nextTurn } from "node:timers/promises";
import { release } from "../bytes/release.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import type { SpliceRead } from "../kernel/splice-source.ts";
import { type Spliced, SplicedLayer, type SpliceInput, together } from "./spliced-layer.ts";

/** Splices on the calling thread: for small plans, and for bytes that are not in files. */
export async function* spliceHere(
  { segments, layers }: SpliceInput,
  { signal }: Context,
  advance: (bytes: number) => void,
): AsyncGenerator<Uint8Array, Spliced> {
  const layer = new SplicedLayer<SeekableBytes>(layers);
  let told = 0;
  for (const segment of segments) {
    for (const read of layer.add(segment)) {
      signal.throwIfAborted();
      await fill(read);
      yield* layer.take();
    }
    yield* layer.take();
    advance(layer.tarBytes - told);
    told = layer.tarBytes;
    // NULs need no reading, so nothing was awaited.
    if (segment.kind === "zeros") await nextTurn();
    signal.throwIfAborted();
  }
  const parts = layer.finish();
  yield* layer.take();
  return together([parts]);
}

async function fill({ bytes, start, end, into }: SpliceRead<SeekableBytes>): Promise<void> {
  const found = await bytes.read({ start, end });
  into.set(found);
  release(found);
}
