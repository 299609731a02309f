/**
 * Whether a text is a time in the form that image configs use: RFC 3339 with `T`, and with `Z` or an offset. Every
 * engine refuses a config with other times. RFC 3339 §5.6
 */
export function isTime(text: string): boolean {
  const [, local] = TIME.exec(text) ?? [];
  if (local === undefined) return false;
  const time = new Date(`${local}Z`);
  // Date accepts 30 February as 1 or 2 March, and 24:00 as the next day.
  return !Number.isNaN(time.valueOf()) && time.toISOString().startsWith(local);
}

/** A time that {@link isTime} accepts as seconds since 1970, rounded down, and the nanoseconds after them. */
export function instantOf(time: string): { readonly seconds: number; readonly nanoseconds: number } {
  const seconds = Math.floor(Date.parse(time.replace(/\.\d+/, "")) / 1000);
  const [, fraction = ""] = /\.(\d+)/.exec(time) ?? [];
  return { seconds, nanoseconds: Number(fraction.slice(0, 9).padEnd(9, "0")) };
}

const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
