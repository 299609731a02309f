const DIGITS = 12;

/** The first hexadecimal digits of a digest, as docker shows it. */
export function shortDigest(digest: string): string {
  const start = digest.indexOf(":") + 1;
  return digest.slice(start, start + DIGITS);
}
