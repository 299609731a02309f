/** What can stand in a merged filesystem; the letters are those of `find -type`. */
export type FileType = "d" | "f" | "l" | "c" | "b" | "p";

/** An inode: what a name of a filesystem stands for. Several names may share one, and then share every change to it. */
export interface Inode {
  readonly kind: "inode";
  readonly type: FileType;
  /** Permission bits, setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  /** Since 1970, rounded down; `nanoseconds` are to be added. */
  seconds: number;
  nanoseconds: number;
  /** Values by name, one char a byte each. */
  xattrs: ReadonlyMap<string, string>;
  /** Bytes of a file's content, holes included. */
  readonly size: number;
  /** What a file's content is known by, one char a byte: its SHA-256, of 32, or its seal, of 16; else "". */
  readonly content: string;
  /** Of a symbolic link, as it stands. */
  readonly target: string;
  readonly major: number;
  readonly minor: number;
  /**
   * The default ACL that its directory had when it was made, in the layer that it comes from; the kernel makes its own
   * ACL of that.
   */
  inherited: string | undefined;
  /** How many names of the merged filesystem stand for it, once they are counted. */
  names: number;
}

/** One entry of a layer, in the order of the tar, its name understood (R2.1, R3.2). */
export type LayerEntry =
  | { readonly kind: "inode"; readonly path: string; readonly inode: Inode; readonly offset: number }
  /** A further name for `target`; the inode holds nothing but what its header says (R3.6). */
  | {
      readonly kind: "link";
      readonly path: string;
      readonly target: string;
      readonly inode: Inode;
      readonly offset: number;
    }
  /** Removes `path`; `inode` is the time of what it makes on its way (R3.1). */
  | { readonly kind: "whiteout"; readonly path: string; readonly inode: Inode; readonly offset: number }
  /** Hides what lower layers have in `path`. */
  | { readonly kind: "opaque"; readonly path: string; readonly inode: Inode; readonly offset: number }
  /** A file that AUFS keeps for hard links to it, by its name alone (R3.2). */
  | { readonly kind: "aside"; readonly path: string; readonly inode: Inode; readonly offset: number };
