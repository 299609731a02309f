import { constants, createZstdDecompress } from "node:zlib";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { ImageInvalidError, isFlattenError } from "../errors.ts";
import { type Engine, EngineInput, type Feeder, runEngine } from "./engine.ts";
import { MAX_WINDOW_LOG, ZstdFrameWalker } from "./zstd-frames.ts";

/** Bytes of an output buffer; Node's default of 16 KiB halves the speed. */
const CHUNK_SIZE = 256 * 1024;

/**
 * Streams the uncompressed bytes of a zstd stream of any number of frames, skippable ones left out. A stream that ends inside a frame and bytes that are no frame
 * are refused. RFC 8878
 * @throws ImageInvalidError ZSTD_INVALID; IMAGE_UNSUPPORTED when a frame needs a dictionary or a window beyond 512 MiB
 */
export function unzstd(input: ByteStream): ByteStream {
  return { [Symbol.asyncIterator]: () => start(input) };
}

function start(input: ByteStream): AsyncGenerator<Uint8Array> {
  const params = { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG };
  const engine = createZstdDecompress({ chunkSize: CHUNK_SIZE, params }) as Engine;
  return runEngine(input, engine, new ZstdFeeder(engine));
}

/** One write a frame at most: what Node's decoder finds after the end of a frame in the same write it drops without a word. */
class ZstdFeeder implements Feeder {
  readonly #engine: Engine;
  readonly #input: EngineInput;
  readonly #walker = new ZstdFrameWalker();
  #given = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#input = new EngineInput(engine);
  }

  async feed(piece: Uint8Array): Promise<void> {
    for (const part of this.#walker.split(piece)) {
      await this.#input.write(part);
      this.#given += part.length;
      if (this.#engine.bytesWritten !== this.#given)
        throw this.#damaged("the decoder stopped before the end of a frame");
    }
  }

  async finish(): Promise<void> {
    this.#walker.finish();
    // A decoder that saw no frame takes its end for an early one.
    if (this.#given > 0) await this.#input.end();
  }

  explain(error: unknown): unknown {
    if (isFlattenError(error)) return error;
    return this.#damaged(error instanceof Error ? error.message : String(error), error);
  }

  #damaged(reason: string, cause?: unknown): ImageInvalidError {
    return new ImageInvalidError("ZSTD_INVALID", `the zstd stream is damaged: ${reason}`, {
      details: { compressedOffset: this.#engine.bytesWritten },
      cause,
    });
  }
}
