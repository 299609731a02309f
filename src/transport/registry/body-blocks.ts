import type { Readable } from "node:stream";
import { release } from "../../bytes/release.ts";

/** In bytes. */
const BLOCK_BYTES = 512 * 1024;
/** Blocks that may wait for their taker; then the connection is not read. */
const MAX_WAITING = 2;

/**
 * The bytes of a body in blocks that belong to whoever takes them, memory and all; as large as what has come allows. undici hands over 64 KiB at a time, in buffers that the collector leaves lying
 * about by the hundred MiB: they are copied here and given back at once. Ending the iteration early destroys the body.
 */
export async function* bodyBlocks(body: Readable): AsyncGenerator<Uint8Array, void> {
  const blocks = new Blocks(body);
  try {
    for (let block = await blocks.next(); block !== undefined; block = await blocks.next()) yield block;
  } finally {
    body.destroy();
  }
}

class Blocks {
  readonly #body: Readable;
  readonly #waiting: Uint8Array[] = [];
  #block: Buffer | undefined;
  #filled = 0;
  /** The last piece that was copied. It is given back when the next one comes: whoever handed it over may not be through with it before. */
  #copied: Uint8Array | undefined;
  #over: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(body: Readable) {
    this.#body = body;
    body.on("data", (piece: Uint8Array) => this.#take(piece));
    body.once("end", () => this.#end({}));
    body.once("error", (error) => this.#end({ error }));
    body.once("close", () => this.#end({ error: cutOff() }));
    if (body.errored) this.#end({ error: body.errored });
    else if (body.destroyed && !body.readableEnded) this.#end({ error: cutOff() });
  }

  /** The next block, undefined after the last one. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const block = this.#waiting.shift() ?? this.#begun();
      if (block !== undefined) {
        this.#body.resume();
        return block;
      }
      if (this.#over !== undefined) {
        if ("error" in this.#over) throw this.#over.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(piece: Uint8Array): void {
    for (let taken = 0; taken < piece.length; ) {
      this.#block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
      const part = piece.subarray(taken, taken + BLOCK_BYTES - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled < BLOCK_BYTES) continue;
      this.#waiting.push(this.#block);
      this.#block = undefined;
      this.#filled = 0;
    }
    if (this.#copied !== undefined) release(this.#copied);
    this.#copied = piece;
    if (this.#waiting.length >= MAX_WAITING) this.#body.pause();
    this.#tell();
  }

  /** What there is of a block that is not full yet, in memory of its own size. */
  #begun(): Uint8Array | undefined {
    if (this.#block === undefined || this.#filled === 0) return undefined;
    const begun = Buffer.from((this.#block.buffer as ArrayBuffer).transfer(this.#filled));
    this.#block = undefined;
    this.#filled = 0;
    return begun;
  }

  #end(over: { readonly error?: unknown }): void {
    this.#over ??= over;
    this.#tell();
  }

  /** Not before all that lies in the socket has been read: the block is the larger for it. */
  #tell(): void {
    if (this.#wake === undefined) return;
    setImmediate(this.#wake);
    this.#wake = undefined;
  }
}

function cutOff(): Error {
  return Object.assign(new Error("the body ended too early"), { code: "ERR_STREAM_PREMATURE_CLOSE" });
}
