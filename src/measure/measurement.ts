/**
 * What an engine took for an image as it is and for the same image flat: part of what
 * `planish analyze --measure --format json` prints. All times are in milliseconds.
 */
export interface Measurement {
  /** What was measured, as a reference that can be typed. */
  readonly source: string;
  readonly engine: "docker" | "podman";
  /** Where the engine was reached. */
  readonly endpoint: string;
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly rounds: number;
  readonly steps: readonly MeasuredStep[];
  /** Why some steps are missing, or others than asked for. */
  readonly notMeasured?: string | undefined;
}

/**
 * `load`: the engine takes an archive and unpacks it. `pull`: it gets the image from a registry on this machine and
 * unpacks it. `create`, `start`: a container of the image, up to its first process. `walk`: a stat of every file.
 * `read`: every file to its end. `export`: the engine reads and packs the whole filesystem.
 */
export type StepName = "load" | "pull" | "create" | "start" | "walk" | "read" | "export";

/** A step, timed with the image as it is and with the same image flat. */
export interface MeasuredStep {
  readonly step: StepName;
  readonly before: Spread;
  readonly flat: Spread;
}

/** Some measurements of one thing, in milliseconds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The spread of at least one figure. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
  return { median, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 };
}
