const MOST = 10;

/** Candidates for a message: the first ten, and how many more there are. */
export function listed(candidates: readonly string[]): string {
  const rest = candidates.length - MOST;
  return candidates.slice(0, MOST).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}
