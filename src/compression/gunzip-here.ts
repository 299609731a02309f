import { constants, createGunzip, type Gunzip } from "node:zlib";
import type { ByteStream } from "../bytes/byte-stream.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { damagedGzip, GZIP_PADDED, trailingGarbage } from "./gzip-faults.ts";

/** Bytes of the output buffer; the least at which it is as fast as with any more. */
const OUTPUT_BYTES = 256 * 1024;

/**
 * Streams the uncompressed bytes of a gzip file as {@link gunzip} does, inflated by the thread that asks for them: for
 * threads that may wait. A chunk lasts until the next one is asked for. Takes a quarter less CPU time than Node's own
 * streams, which inflate into fresh memory in another thread.
 * @throws ImageInvalidError GZIP_INVALID, once the rest of the input was read: an error of the input explains more
 */
export async function* gunzipHere(
  input: ByteStream,
  notice: (diagnostic: Diagnostic) => void,
): AsyncGenerator<Uint8Array, void> {
  using inflater = new Inflater();
  for await (const piece of input) yield* inflater.inflate(piece);
  yield* inflater.finish();
  if (inflater.padding > 0) notice(GZIP_PADDED);
}

/**
 * What Node keeps behind its streams and does not document: the same in Node 22, 24 and 26, and what pngjs inflates
 * with. Nothing else in node:zlib inflates a stream piece by piece without another thread.
 */
interface GunzipInside extends Gunzip {
  readonly _handle: {
    onerror: (message: string) => void;
    writeSync(flush: number, input: Uint8Array, ...places: readonly [...Place, Uint8Array, ...Place]): void;
  };
  /** After each call: bytes of room left in the output, bytes of the input not taken. */
  readonly _writeState: Uint32Array;
}

/** Where bytes are in a buffer. */
type Place = readonly [offset: number, length: number];

class Inflater {
  /** Zero bytes after the last member. */
  padding = 0;
  readonly #engine = createGunzip({ chunkSize: constants.Z_MIN_CHUNK }) as GunzipInside;
  readonly #output = Buffer.allocUnsafeSlow(OUTPUT_BYTES);
  #taken = 0;
  #damage: Error | undefined;

  constructor() {
    this.#engine._handle.onerror = (reason) => {
      this.#damage = damagedGzip({ reason, compressedOffset: this.#taken });
    };
  }

  /** Yields what a piece of the file makes; nothing more after damage, which {@link finish} throws. */
  *inflate(piece: Uint8Array): Generator<Uint8Array, void> {
    if (this.#damage !== undefined) return;
    if (this.padding > 0) this.#pad(piece);
    else yield* this.#run(constants.Z_NO_FLUSH, piece);
  }

  /** @throws ImageInvalidError GZIP_INVALID */
  *finish(): Generator<Uint8Array, void> {
    if (this.#damage === undefined) yield* this.#run(constants.Z_FINISH, NOTHING);
    if (this.#damage !== undefined) throw this.#damage;
  }

  [Symbol.dispose](): void {
    this.#engine.close();
  }

  *#run(flush: number, piece: Uint8Array): Generator<Uint8Array, void> {
    const { _handle: handle, _writeState: state } = this.#engine;
    for (let at = 0; ; ) {
      handle.writeSync(flush, piece, at, piece.length - at, this.#output, 0, OUTPUT_BYTES);
      if (this.#damage !== undefined) return;
      const [room = 0, left = 0] = state;
      this.#taken += piece.length - at - left;
      at = piece.length - left;
      if (room < OUTPUT_BYTES) yield this.#output.subarray(0, OUTPUT_BYTES - room);
      if (room === 0) continue;
      // zlib goes on with the next member by itself, but never over a zero byte.
      if (left > 0) this.#pad(piece.subarray(at));
      return;
    }
  }

  /** R8.2: nothing but zero bytes may follow the last member. */
  #pad(bytes: Uint8Array): void {
    const at = bytes.findIndex((byte) => byte !== 0);
    if (at >= 0) this.#damage = trailingGarbage(this.#taken + this.padding + at);
    this.padding += bytes.length;
  }
}

const NOTHING = Buffer.alloc(0);
