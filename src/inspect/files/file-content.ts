import type { Entry } from "../../tar/entry.ts";
import type { ForwardTar } from "./forward-tar.ts";

/** The content of a file, with holes as zeros. */
export async function* fileContent(tar: ForwardTar, { size, body, sparse }: Entry): AsyncGenerator<Uint8Array> {
  const stretches = sparse ?? [{ offset: 0, length: size, start: body.start }];
  let at = 0;
  for (const { offset, length, start } of stretches) {
    yield* zeros(offset - at);
    yield* tar.read({ start, end: start + length });
    at = offset + length;
  }
  yield* zeros(size - at);
}

const ZEROS = new Uint8Array(256 * 1024);

function* zeros(count: number): Generator<Uint8Array> {
  for (let left = count; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
}
