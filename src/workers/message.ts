import type { MessagePort } from "node:worker_threads";
import type { PackedError } from "./pack-error.ts";

/** Starts one piece of work in a thread; all other messages about it go through `port`. */
export interface StartMessage {
  /** URL of the module that exports `work`. */
  readonly module: string;
  readonly request: unknown;
  readonly port: MessagePort;
  /** One int32 in shared memory: nonzero once the work is aborted. */
  readonly aborted: Int32Array;
}

/**
 * Messages between the main thread and the thread that does a piece of work. Only the main thread sends `end` and
 * `abort`, only the other one sends `done` and `failed`.
 */
export type JobMessage =
  | { readonly type: "item"; readonly value: unknown }
  /** The other end has consumed one item, so one more may be sent. */
  | { readonly type: "credit" }
  | { readonly type: "end" }
  | { readonly type: "abort" }
  | { readonly type: "done"; readonly value: unknown }
  | { readonly type: "failed"; readonly error: PackedError };
