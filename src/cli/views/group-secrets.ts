import type { GhostSecret } from "../../index.ts";

/** Secrets of one kind in one file, shortened. */
export interface SecretGroup {
  readonly shown: readonly GhostSecret[];
  /** How many are not shown. */
  readonly more: number;
}

/** How many of one kind are shown of one file; JSON has all. */
const SHOWN = 5;

/** Groups secrets by layer, file and pattern, in their order. */
export function groupSecrets(secrets: readonly GhostSecret[]): SecretGroup[] {
  const groups = Map.groupBy(secrets, ({ layer, path, pattern }) => `${layer} ${pattern} ${path}`);
  return [...groups.values()].map((all) => ({ shown: all.slice(0, SHOWN), more: Math.max(0, all.length - SHOWN) }));
}
