import type { MessagePort } from "node:worker_threads";
import type { PackedError } from "./pack-error.ts";

/** Asks a thread for one piece of work; everything else about it goes through `port`. */
export interface StartMessage {
  /** URL of the module that exports `work`. */
  readonly module: string;
  readonly request: unknown;
  readonly port: MessagePort;
  /** One int32 in shared memory: not 0 any more once the work is no longer wanted. */
  readonly aborted: Int32Array;
}

/**
 * What the two ends of a piece of work tell each other. `end` comes from the asking side alone, `done` and `failed`
 * from the working side alone.
 */
export type JobMessage =
  | { readonly type: "item"; readonly value: unknown }
  /** The other end has done with one item, so one more may be sent. */
  | { readonly type: "credit" }
  | { readonly type: "end" }
  | { readonly type: "abort" }
  | { readonly type: "done"; readonly value: unknown }
  | { readonly type: "failed"; readonly error: PackedError };
