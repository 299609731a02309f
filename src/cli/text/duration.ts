const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration as text: `320 ms`, `4.2 s`, `42 s`, `3 min 20 s`, `1 h 02 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0.9995 * SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 9.95 * SECOND) return `${(milliseconds / SECOND).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / SECOND);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/**
 * The remaining time as text, in whole seconds: figures that change with every frame cannot be read.
 */
export function formatTimeLeft(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / SECOND));
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * SECOND);
}

const AGES: readonly (readonly [limit: number, unit: number, name: string])[] = [
  [2 * MINUTE, SECOND, "second"],
  [2 * HOUR, MINUTE, "minute"],
  [2 * DAY, HOUR, "hour"],
  [14 * DAY, DAY, "day"],
  [60 * DAY, 7 * DAY, "week"],
  [730 * DAY, 30 * DAY, "month"],
  [Number.POSITIVE_INFINITY, 365 * DAY, "year"],
];

/**
 * How long ago an RFC 3339 time was, in the style of `docker history`: `3 weeks ago`. Returns "" without a time, and
 * the text itself if it is not a time.
 */
export function formatAge(time: string | null | undefined, now: number): string {
  if (!time) return "";
  const age = now - Date.parse(time);
  if (Number.isNaN(age)) return time;
  if (age < 0) return "in the future";
  const [, unit, name] = AGES.find(([limit]) => age < limit) ?? [0, DAY, "day"];
  const count = Math.floor(age / unit);
  return `${count} ${name}${count === 1 ? "" : "s"} ago`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
