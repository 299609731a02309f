import type { Transform } from "node:stream";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { OutputQueue } from "./output-queue.ts";

/** Bytes of an engine's output buffer; Node's default of 16 KiB halves the speed. */
export const OUTPUT_BYTES = 256 * 1024;

/** A zlib stream of Node's, with the count of input bytes that it consumed. */
export interface Engine extends Transform {
  readonly bytesWritten: number;
}

/** Feeds input of one format to its engine. */
export interface Feeder {
  /** Writes a piece of input to the engine; resolves when the engine has processed it. */
  feed(piece: Uint8Array): Promise<void>;
  /** Call it at the end of the input; rejects if the input is truncated. */
  finish(): Promise<void>;
  /** Converts an error of the engine to one for the caller. */
  explain(error: unknown): unknown;
}

/**
 * Runs `input` through a decompressing engine. The engine works on Node's thread pool while the consumer processes
 * earlier output. An error of `input` takes precedence over one of the engine: after damage the input is still read to
 * its end, since a wrong digest explains the damage. Ending the iteration early destroys the engine and closes the
 * input.
 */
export async function* runEngine(input: ByteStream, engine: Engine, feeder: Feeder): AsyncGenerator<Uint8Array> {
  const output = new OutputQueue(engine);
  const pump = pumpInput(input, feeder, output);
  try {
    for (let chunk = await output.next(); chunk !== undefined; chunk = await output.next()) yield chunk;
  } finally {
    output.close();
    engine.destroy();
    await pump;
  }
}

/** Never rejects: passes errors to `output`, whose `next` then throws them. */
async function pumpInput(input: ByteStream, feeder: Feeder, output: OutputQueue): Promise<void> {
  let damage: { readonly error: unknown } | undefined;
  try {
    for await (const piece of input) {
      if (damage === undefined) damage = await attempt(() => feeder.feed(piece));
      if (output.closed) return;
    }
    damage ??= await attempt(() => feeder.finish());
    if (damage === undefined) output.end();
    else output.fail(feeder.explain(damage.error));
  } catch (error) {
    output.fail(error);
  }
}

async function attempt(action: () => Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/**
 * The writing side of an engine, as promises. Node calls the callback of a write only on success; a failed write, or
 * one interrupted by `destroy`, is reported only by an event.
 */
export class EngineInput {
  readonly #engine: Engine;
  #stopped: { readonly error: unknown } | undefined;
  #reject: (error: unknown) => void = () => {};

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.once("error", (error) => this.#stop(error));
    engine.once("close", () => this.#stop(new Error("the engine was closed")));
  }

  /** Resolves when the engine has processed the piece; rejects with the engine's error. */
  write(piece: Uint8Array): Promise<void> {
    return this.#wait((done) => this.#engine.write(piece, done));
  }

  /** Ends the input; resolves when the engine has emitted all of its output, rejects with its error. */
  end(): Promise<void> {
    return this.#wait((done) => {
      if (this.#engine.readableEnded) return done();
      this.#engine.once("end", done);
      this.#engine.end();
    });
  }

  #wait(start: (done: () => void) => void): Promise<void> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped.error);
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      start(resolve);
    });
  }

  #stop(error: unknown): void {
    this.#stopped ??= { error };
    this.#reject(this.#stopped.error);
  }
}
