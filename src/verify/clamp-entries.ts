import type { Inode, NamedEntry } from "./file-entry.ts";

/** A point in time, as an inode has it. */
export type Latest = Pick<Inode, "seconds" | "nanoseconds">;

/** The entries of a layer, with later times set to a limit, as was asked for in the result. */
export function* clampEntries(entries: Iterable<NamedEntry>, { seconds, nanoseconds }: Latest): Generator<NamedEntry> {
  for (const entry of entries) {
    const { inode } = entry;
    if (inode.seconds > seconds || (inode.seconds === seconds && inode.nanoseconds > nanoseconds)) {
      inode.seconds = seconds;
      inode.nanoseconds = nanoseconds;
    }
    yield entry;
  }
}
