const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];
const STEP = 1000;

/** Bytes as Docker shows them, with three digits and decimal units: `57.1 MB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (unit < UNITS.length - 1 && Number(value.toPrecision(3)) >= STEP) {
    value /= STEP;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

/** A whole number with commas between thousands: `12,345`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 entry`, `12,345 entries`. */
export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/**
 * How much smaller or larger `after` is than `before`: `-16.7 %`, `0.0 %` if it is hardly any; `0 %` if they are equal
 * or `before` is 0.
 */
export function formatChange(before: number, after: number): string {
  if (before === 0 || before === after) return "0 %";
  const percent = (after / before - 1) * 100;
  const size = Math.abs(percent);
  if (size < 0.05) return "0.0 %";
  return `${percent > 0 ? "+" : "-"}${size.toFixed(size < 99.95 ? 1 : 0)} %`;
}
