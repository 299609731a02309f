/**
 * Tells whether a text is a time as images carry it: RFC 3339 with `T`, and with `Z` or an offset. Every engine refuses a config whose times are not.
 * RFC 3339 §5.6
 */
export function isTime(text: string): boolean {
  return TIME.test(text) && !Number.isNaN(Date.parse(text));
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
