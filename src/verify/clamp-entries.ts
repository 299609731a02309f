import type { Inode, LayerEntry } from "./file-entry.ts";

/** A point in time, as an inode has it. */
export type Latest = Pick<Inode, "seconds" | "nanoseconds">;

/** Makes no entry of a layer younger than a time, as was asked for of the result. */
export function clampEntries(entries: readonly LayerEntry[], { seconds, nanoseconds }: Latest): void {
  for (const { inode } of entries) {
    if (inode.seconds < seconds || (inode.seconds === seconds && inode.nanoseconds <= nanoseconds)) continue;
    inode.seconds = seconds;
    inode.nanoseconds = nanoseconds;
  }
}
