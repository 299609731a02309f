/**
 * File times in results are RFC 3339 in UTC with nanoseconds; outside the years 0 to 9999 they have this form,
 * `N s and M ns after 1970`.
 */
const BEYOND = /^(-?\d+) s and (\d+) ns after 1970$/;

/** A file time without its fraction: `2024-05-06 07:08:09`, or `253402300800 s` after 1970. */
export function formatMoment(time: string, precision: "minutes" | "seconds"): string {
  const seconds = BEYOND.exec(time)?.[1];
  return seconds === undefined ? time.slice(0, precision === "minutes" ? 16 : 19).replace("T", " ") : `${seconds} s`;
}

/** Compares file times, for sorting the earliest first. */
export function compareMoments(one: string, other: string): number {
  const [a, b] = [BEYOND.exec(one), BEYOND.exec(other)];
  if (a === null && b === null) return one < other ? -1 : Number(one > other);
  // Times outside the years 0 to 9999 come before or after all others: their seconds are negative or positive.
  const [, secondsA = 0, nanosecondsA = 0] = a ?? [];
  const [, secondsB = 0, nanosecondsB = 0] = b ?? [];
  return Number(secondsA) - Number(secondsB) || Number(nanosecondsA) - Number(nanosecondsB);
}
