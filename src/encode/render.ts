import type { ByteStream } from "../bytes/byte-stream.ts";
import { inOrder } from "../bytes/in-order.ts";
import { readBatch } from "./batch-reads.ts";
import { batches } from "./batches.ts";
import type { EncodeInput } from "./layer-encoder.ts";

/** Batches that are read ahead while one is consumed. */
const READ_AHEAD = 2;

/**
 * Streams the flat tar that a plan describes, in chunks of at most 512 KiB that the consumer owns. The plan says what
 * will be needed: small copies that are near each other are read together, and the next batches are read while one is
 * consumed. Memory is bounded, whatever the number of layers. Throws a plain Error when the plan contradicts itself:
 * that is a bug of the planner.
 */
export async function* render(input: EncodeInput, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let done = 0;
  const chunks: ByteStream = inOrder(batches(input.plan.segments), (batch) => readBatch(batch, input.layers), {
    ahead: READ_AHEAD,
    signal,
  });
  for await (const chunk of chunks) {
    done += chunk.length;
    yield chunk;
  }
  if (done !== input.plan.size) throw new Error(`the plan's segments make ${done} bytes, not ${input.plan.size}`);
}
