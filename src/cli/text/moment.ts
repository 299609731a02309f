/**
 * A time of a file as results have it: RFC 3339 in UTC with nine digits of a second, beyond the years 0 to 9999
 * `N s and M ns after 1970`.
 */
const BEYOND = /^(-?\d+) s and (\d+) ns after 1970$/;

/** A time as a person reads it, without a fraction: `2024-05-06 07:08:09`, or `253402300800 s` after 1970. */
export function formatMoment(time: string, precision: "minutes" | "seconds"): string {
  const seconds = BEYOND.exec(time)?.[1];
  return seconds === undefined ? time.slice(0, precision === "minutes" ? 16 : 19).replace("T", " ") : `${seconds} s`;
}

/** Orders times, the earliest first. */
export function compareMoments(one: string, other: string): number {
  const [a, b] = [BEYOND.exec(one), BEYOND.exec(other)];
  if (a === null && b === null) return one < other ? -1 : Number(one > other);
  // Beyond means before or after all others, and seconds after 1970 are then below or above 0.
  const [, secondsA = 0, nanosecondsA = 0] = a ?? [];
  const [, secondsB = 0, nanosecondsB = 0] = b ?? [];
  return Number(secondsA) - Number(secondsB) || Number(nanosecondsA) - Number(nanosecondsB);
}
