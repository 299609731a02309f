/**
 * Parses valid JSON to a value that JSON.stringify writes with every number as it was: JavaScript alone would round
 * large ones and turn `1.0` into `1`. Such numbers are objects, for which {@link isRawNumber} is true. Browsers of
 * before 2025 cannot tell how a number was written; there they are rounded.
 * tc39.es/proposal-json-parse-with-source
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, revive as (name: string, value: unknown) => unknown);
}

/** Whether a value of {@link parseExactly} is a number that JavaScript would write in another way. */
export function isRawNumber(value: unknown): boolean {
  return RAW.isRawJSON?.(value) ?? false;
}

const RAW = JSON as JSON & {
  rawJSON?(text: string): object;
  isRawJSON?(value: unknown): boolean;
};

function revive(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined || source === String(value)) return value;
  return RAW.rawJSON?.(source) ?? value;
}
