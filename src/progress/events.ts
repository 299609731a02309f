import type { Diagnostic } from "../diagnostic.ts";
import type { Stage } from "../errors.ts";

/** Of several images the next one begins; its stages follow, if any. */
export interface ImageStarted {
  readonly type: "image";
  /** Its reference. */
  readonly label: string;
  /** Counted from 1. */
  readonly number: number;
  /** How many there are, as far as is known. */
  readonly total: number;
}

/** A stage of one image begins. `total` is in bytes where the stage counts bytes; absent when it is not known yet. */
export interface StageStarted {
  readonly type: "started";
  readonly stage: Stage;
  /** os/arch[/variant] of the image; absent in stages before a platform is chosen. */
  readonly platform?: string | undefined;
  /** What is being processed, for people: "8 layers". */
  readonly label: string;
  readonly total?: number | undefined;
}

/** Work done since the stage started. `done` is absolute, so that a lost event never corrupts a bar. */
export interface StageAdvanced {
  readonly type: "advanced";
  readonly stage: Stage;
  readonly platform?: string | undefined;
  readonly done: number;
  readonly total?: number | undefined;
}

export interface StageFinished {
  readonly type: "finished";
  readonly stage: Stage;
  readonly platform?: string | undefined;
  readonly milliseconds: number;
}

/** A diagnostic was found; the same object is also in the result. */
export interface DiagnosticFound {
  readonly type: "diagnostic";
  readonly diagnostic: Diagnostic;
}

/**
 * Plain data, safe to post between threads. The library never writes to a terminal: these events are its only output
 * while it works.
 */
export type ProgressEvent = ImageStarted | StageStarted | StageAdvanced | StageFinished | DiagnosticFound;
