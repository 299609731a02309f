/**
 * Times of an engine with an image and with the flat image: part of what `planish analyze --measure --format json`
 * prints. All times are in milliseconds.
 */
export interface Measurement {
  /** A reference to what was measured. */
  readonly source: string;
  readonly engine: "docker" | "podman";
  /** Address of the engine. */
  readonly endpoint: string;
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly rounds: number;
  readonly steps: readonly MeasuredStep[];
  /** Which steps were not measured, and why. */
  readonly notMeasured?: string | undefined;
}

/**
 * `load`: the engine reads an archive and unpacks it. `pull`: it gets the image from a registry on this machine and
 * unpacks it. `create`, `start`: creates a container and starts its process. `walk`: a stat of every file. `read`:
 * reads every file to its end. `export`: the engine reads and packs the whole filesystem.
 */
export type StepName = "load" | "pull" | "create" | "start" | "walk" | "read" | "export";

/** A step, timed with the image and with the flat image. */
export interface MeasuredStep {
  readonly step: StepName;
  readonly before: Spread;
  readonly flat: Spread;
}

/** Summary of several times, in milliseconds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The spread of figures, of which there must be at least one. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
  return { median, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 };
}
