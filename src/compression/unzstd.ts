import { constants, createZstdDecompress } from "node:zlib";
import type { ByteRange, ByteStream } from "../bytes/byte-stream.ts";
import { ImageInvalidError, isFlattenError } from "../errors.ts";
import { type Engine, EngineInput, type Feeder, OUTPUT_BYTES, runEngine } from "./engine.ts";
import { MAX_WINDOW_LOG, ZstdFrameWalker } from "./zstd-frames.ts";
import type { ZstdMapBuilder } from "./zstd-map.ts";

/**
 * Streams the uncompressed bytes of a zstd stream of any number of frames; skippable frames are ignored. A stream that
 * ends inside a frame and bytes that are no frame are refused. Each decoded frame is added to `map`. RFC 8878
 * @throws ImageInvalidError ZSTD_INVALID; IMAGE_UNSUPPORTED when a frame needs a dictionary or a window beyond 512 MiB
 */
export function unzstd(input: ByteStream, map?: ZstdMapBuilder): ByteStream {
  return { [Symbol.asyncIterator]: () => start(input, map) };
}

function start(input: ByteStream, map: ZstdMapBuilder | undefined): AsyncGenerator<Uint8Array> {
  const params = { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG };
  const engine = createZstdDecompress({ chunkSize: OUTPUT_BYTES, params }) as Engine;
  return runEngine(input, engine, new ZstdFeeder(engine, map));
}

/**
 * Never writes bytes of two frames at once: Node's decoder silently drops what follows the end of a frame in a write.
 */
class ZstdFeeder implements Feeder {
  readonly #engine: Engine;
  readonly #input: EngineInput;
  readonly #map: ZstdMapBuilder | undefined;
  readonly #walker = new ZstdFrameWalker();
  #given = 0;
  /** Bytes that the engine has emitted; further output may still be in its buffer. */
  #handedOn = 0;
  #madeBefore = 0;

  constructor(engine: Engine, map: ZstdMapBuilder | undefined) {
    this.#engine = engine;
    this.#input = new EngineInput(engine);
    this.#map = map;
    engine.on("data", (chunk: Uint8Array) => {
      this.#handedOn += chunk.length;
    });
  }

  async feed(piece: Uint8Array): Promise<void> {
    for (const { bytes, frame } of this.#walker.split(piece)) {
      await this.#input.write(bytes);
      this.#given += bytes.length;
      if (this.#engine.bytesWritten !== this.#given)
        throw this.#damaged("the decoder stopped before the end of a frame");
      if (frame !== undefined) this.#tell(frame);
    }
  }

  async finish(): Promise<void> {
    this.#walker.finish();
    // A decoder that was given no frame would report a truncated input.
    if (this.#given > 0) await this.#input.end();
  }

  explain(error: unknown): unknown {
    if (isFlattenError(error)) return error;
    return this.#damaged(error instanceof Error ? error.message : String(error), error);
  }

  /**
   * A write completes when all of its output is emitted or buffered, so all output since the last frame is this one's.
   */
  #tell({ start, end }: ByteRange): void {
    const made = this.#handedOn + this.#engine.readableLength;
    this.#map?.add(start, end, made - this.#madeBefore);
    this.#madeBefore = made;
  }

  #damaged(reason: string, cause?: unknown): ImageInvalidError {
    return new ImageInvalidError("ZSTD_INVALID", `the zstd stream is damaged: ${reason}`, {
      details: { compressedOffset: this.#engine.bytesWritten },
      cause,
    });
  }
}
