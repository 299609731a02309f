const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/**
 * Nanoseconds of a duration such as `1m30s` or `1.5h`, as Go reads it; undefined for anything else, for negative ones,
 * and for those too long to be exact.
 */
export function goDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^\+?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g);
  let total = 0;
  for (const [, amount = "", unit = ""] of parts) total += Number(amount) * (NANOSECONDS[unit] ?? 0);
  const nanoseconds = Math.round(total);
  return Number.isSafeInteger(nanoseconds) ? nanoseconds : undefined;
}
