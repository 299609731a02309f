import { release } from "../bytes/release.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import type { SpliceRead } from "../kernel/splice-source.ts";
import type { EncodeWatch } from "./encode-layer.ts";
import type { EncodeInput } from "./layer-encoder.ts";
import { SplicedMember } from "./spliced-member.ts";

/** Splices on the calling thread: for small plans, and for bytes that are not in files. */
export async function* spliceHere(
  { plan, layers }: EncodeInput,
  { signal }: Context,
  watch: EncodeWatch,
): AsyncGenerator<Uint8Array> {
  const member = new SplicedMember<SeekableBytes>(layers);
  let told = 0;
  for (const segment of plan.segments) {
    for (const read of member.add(segment)) {
      signal.throwIfAborted();
      await fill(read);
      yield* member.take();
    }
    yield* member.take();
    watch.advance(member.tarBytes - told);
    told = member.tarBytes;
  }
  signal.throwIfAborted();
  watch.finish(member.finish(plan.size));
  yield* member.take();
}

async function fill({ bytes, start, end, into }: SpliceRead<SeekableBytes>): Promise<void> {
  const found = await bytes.read({ start, end });
  into.set(found);
  release(found);
}
