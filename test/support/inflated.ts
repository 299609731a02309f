import type { Diagnostic } from "../../src/diagnostic.ts";
import { isFlattenError } from "../../src/errors.ts";
import type { DeflateMap } from "../../src/kernel/deflate-map.ts";
import { Inflater } from "../../src/kernel/inflater.ts";
import type { Outcome } from "./byte-streams.ts";

/** The kernel's output for a gzip file. */
export interface InflatedOutcome extends Outcome {
  readonly map: DeflateMap | undefined;
  /** The byte offset in the error. */
  readonly damagedAt: unknown;
}

/** One for all tests, as a worker has one for all layers: a reset must clear all state of the previous blob. */
const inflater = new Inflater();

/** Inflates a gzip file in pieces of `size` bytes; errors that are not planish's own are rethrown. */
export function inflated(bytes: Uint8Array, size = bytes.length): InflatedOutcome {
  const made: Buffer[] = [];
  inflater.reset();
  try {
    for (let at = 0; at < bytes.length; at += size) {
      inflater.push(bytes.subarray(at, at + size), (view) => made.push(Buffer.from(view)));
    }
    const { map, diagnostics } = inflater.finish();
    return { bytes: Buffer.concat(made), code: undefined, damagedAt: undefined, diagnostics, map };
  } catch (error) {
    if (!isFlattenError(error)) throw error;
    const diagnostics: Diagnostic[] = [];
    return {
      ...{ bytes: undefined, code: error.code, damagedAt: error.details.compressedOffset },
      ...{ diagnostics, map: undefined },
    };
  }
}
