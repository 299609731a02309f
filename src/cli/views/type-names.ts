import type { EntryFacts } from "../../index.ts";

/** What the types of entries are called. */
export const TYPE_NAMES: Readonly<Record<EntryFacts["type"], string>> = {
  file: "file",
  hardlink: "hard link",
  directory: "directory",
  symlink: "symbolic link",
  char: "character device",
  block: "block device",
  fifo: "fifo",
  whiteout: "whiteout",
  opaque: "opaque whiteout",
};
