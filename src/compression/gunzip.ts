import { createGunzip } from "node:zlib";
import type { ByteStream } from "../bytes/byte-stream.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { isFlattenError } from "../errors.ts";
import { type Engine, EngineInput, type Feeder, OUTPUT_BYTES, runEngine } from "./engine.ts";
import { damagedGzip, GZIP_PADDED, trailingGarbage } from "./gzip-faults.ts";

/**
 * Streams the uncompressed bytes of a gzip file of one or more members. Zero bytes after the last member are accepted
 * with a diagnostic; anything else there is refused, and so is a truncated file (R8.2). RFC 1952 §2.2
 * @throws ImageInvalidError GZIP_INVALID
 */
export function gunzip(input: ByteStream, notice: (diagnostic: Diagnostic) => void): ByteStream {
  return { [Symbol.asyncIterator]: () => start(input, notice) };
}

function start(input: ByteStream, notice: (diagnostic: Diagnostic) => void): AsyncGenerator<Uint8Array> {
  const engine = createGunzip({ chunkSize: OUTPUT_BYTES }) as Engine;
  return runEngine(input, engine, new GzipFeeder(engine, notice));
}

/**
 * Node's gunzip continues with the next member by itself, but at a zero byte after a member it stops for good and
 * ignores the rest. So this compares the count of bytes that it consumed with the count that it was given, and checks
 * the rest itself.
 */
class GzipFeeder implements Feeder {
  readonly #engine: Engine;
  readonly #input: EngineInput;
  readonly #notice: (diagnostic: Diagnostic) => void;
  #given = 0;
  #padding = 0;

  constructor(engine: Engine, notice: (diagnostic: Diagnostic) => void) {
    this.#engine = engine;
    this.#input = new EngineInput(engine);
    this.#notice = notice;
  }

  async feed(piece: Uint8Array): Promise<void> {
    if (this.#padding > 0) return this.#pad(piece);
    await this.#input.write(piece);
    this.#given += piece.length;
    const left = this.#given - this.#engine.bytesWritten;
    if (left > 0) this.#pad(piece.subarray(piece.length - left));
  }

  async finish(): Promise<void> {
    await this.#input.end();
    if (this.#padding > 0) this.#notice(GZIP_PADDED);
  }

  explain(error: unknown): unknown {
    if (isFlattenError(error)) return error;
    const reason = error instanceof Error ? error.message : String(error);
    return damagedGzip({ reason, compressedOffset: this.#engine.bytesWritten, cause: error });
  }

  #pad(bytes: Uint8Array): void {
    const at = bytes.findIndex((byte) => byte !== 0);
    if (at >= 0) throw trailingGarbage(this.#engine.bytesWritten + this.#padding + at);
    this.#padding += bytes.length;
  }
}
