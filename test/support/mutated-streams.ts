import { deflateRawSync, inflateRawSync } from "node:zlib";
import { InflateKernel } from "../../src/kernel/inflate-kernel.ts";
import { describeDamage, STATUS } from "../../src/kernel/status.ts";
import { sampleBytes } from "./byte-streams.ts";
import { DIALECTS } from "./deflate-dialects.ts";

/**
 * The result of inflating a raw deflate stream: zlib's message if it was refused, otherwise the output and how many
 * bytes of input it took.
 */
interface RawOutcome {
  readonly refused?: string;
  readonly bytes?: Buffer;
  readonly used?: number;
}

/** Pseudorandom numbers, deterministic by seed: the minimal standard generator. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = 1 + (Math.abs(Math.floor(seed)) % (2 ** 31 - 2));
  }

  below(limit: number): number {
    this.#state = (this.#state * 48_271) % (2 ** 31 - 1);
    return this.#state % limit;
  }
}

const kernel = new InflateKernel();

/** Results of kernel and zlib for a stream. */
export interface Comparison {
  /** Why zlib refuses it, or "accepted". */
  readonly zlib: string;
  /** How they disagree, with the stream in base64. */
  readonly difference: string | undefined;
}

/**
 * Inflates a stream with both, for the kernel in random pieces if `chance` is given: both must refuse it for the same
 * reason, or produce the same output from the same number of bytes.
 */
export function compareOn(stream: Uint8Array, cuts?: Chance): Comparison {
  const zlib = zlibInflates(stream);
  const own = kernelInflates(stream, cuts);
  const reasons = zlib.refused === own.refused && zlib.used === own.used;
  const same = reasons && (zlib.bytes === undefined || own.bytes?.equals(zlib.bytes) === true);
  if (same) return { zlib: zlib.refused ?? "accepted", difference: undefined };
  const said = [zlib, own].map(({ refused, used, bytes }) => refused ?? `${bytes?.length} bytes of ${used}`);
  const text = `zlib: ${said[0]}, kernel: ${said[1]}, stream: ${Buffer.from(stream).toString("base64")}`;
  return { zlib: zlib.refused ?? "accepted", difference: text };
}

/** Inflates a stream with the kernel, in random pieces if `chance` is given. */
function kernelInflates(stream: Uint8Array, cuts?: Chance): RawOutcome {
  const made: Buffer[] = [];
  kernel.reset();
  kernel.beginMember();
  let status: number = STATUS.needInput;
  for (let at = 0; at < stream.length && status === STATUS.needInput; ) {
    const size = cuts === undefined ? stream.length : 1 + cuts.below(cuts.below(4) === 0 ? 4 : 200);
    at += kernel.write(stream.subarray(at, at + size));
    do {
      status = kernel.run();
      made.push(Buffer.from(kernel.made()));
    } while (status === STATUS.needOutput || status === STATUS.needBlocks);
  }
  if (status === STATUS.needInput) return { refused: "unexpected end of file" };
  if (status < 0) return { refused: describeDamage(status) };
  return { bytes: Buffer.concat(made), used: kernel.offset };
}

/** Inflates a stream with zlib. */
function zlibInflates(stream: Uint8Array): RawOutcome {
  try {
    const { buffer, engine } = inflateRawSync(stream, { info: true }) as unknown as ZlibInfo;
    return { bytes: buffer, used: engine.bytesWritten };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

interface ZlibInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Raw deflate streams of every dialect, of contents of several sizes and kinds. */
export function soundStreams(): readonly Buffer[] {
  const noise = Buffer.from(sampleBytes(900).map((byte, at) => (byte * 31 + at * at) % 251));
  const contents = [sampleBytes(5000, 3), sampleBytes(300, 5), Buffer.alloc(2500, "ab"), noise, Buffer.alloc(0)];
  const streams = contents.flatMap((content) =>
    DIALECTS.filter(({ name }) => !name.includes("members")).map(({ gzip }) => gzip(content).subarray(10, -8)),
  );
  return [...streams, deflateRawSync(sampleBytes(60_000, 9), { level: 9 })];
}

/**
 * A stream that is probably damaged: some bits or bytes are changed or removed, it ends early, or continues as another
 * stream.
 */
export function mutate(streams: readonly Buffer[], chance: Chance): Buffer {
  const original = streams[chance.below(streams.length)] ?? Buffer.alloc(0);
  const length = original.length;
  const at = chance.below(2) === 0 ? chance.below(length) : chance.below(Math.min(length, 100));
  switch (chance.below(8)) {
    case 0:
      return Buffer.from(original.subarray(0, at));
    case 1:
      return Buffer.concat([original.subarray(0, at), original.subarray(at + 1 + chance.below(4))]);
    case 2:
      return Buffer.concat([original.subarray(0, at), tail(streams, chance)]);
    case 3:
      return Buffer.from(Array.from({ length: 1 + chance.below(120) }, () => chance.below(256)));
    default:
      return withChanges(original, at, chance);
  }
}

function tail(streams: readonly Buffer[], chance: Chance): Buffer {
  const other = streams[chance.below(streams.length)] ?? Buffer.alloc(0);
  return other.subarray(chance.below(other.length));
}

/** Changes one to three bits or bytes, the first one at a place. */
function withChanges(original: Buffer, first: number, chance: Chance): Buffer {
  const copy = Buffer.from(original);
  let at = first;
  for (let left = 1 + chance.below(3); left > 0; left--) {
    const byte = copy[at] ?? 0;
    const weight = 2 ** chance.below(8);
    const flipped = Math.floor(byte / weight) % 2 === 1 ? byte - weight : byte + weight;
    copy[at] = chance.below(3) === 0 ? chance.below(256) : flipped;
    at = chance.below(copy.length);
  }
  return copy;
}
