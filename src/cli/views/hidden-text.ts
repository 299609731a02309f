import { formatCount, formatSize, type HiddenSummary } from "../../index.ts";

/** How many entries of a layer are hidden, and their size: `12, 3.4 MB`. Empty if none are. */
export function hiddenText({ entries, size }: HiddenSummary): string {
  if (entries === 0) return "";
  return size === 0 ? formatCount(entries) : `${formatCount(entries)}, ${formatSize(size)}`;
}
