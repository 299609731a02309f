/** Median, minimum and maximum of some figures. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** All NaN without figures. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** `1.21 (1.18–1.25)`, or only the figure if there is one. */
export function spreadText({ median, min, max }: Spread, digits = 2): string {
  const [text, least, most] = [median, min, max].map((value) => value.toFixed(digits));
  return least === most ? `${text}` : `${text} (${least}–${most})`;
}
