/** Compares paths for a depth-first order: as bytes, where the slash sorts before all others. */
export function comparePaths(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return (one === SLASH ? -1 : one) - (other === SLASH ? -1 : other);
  }
  return a.length - b.length;
}

const SLASH = 0x2f;
