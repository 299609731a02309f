/** What a merged filesystem can contain; the letters are those of `find -type`. */
export type FileType = "d" | "f" | "l" | "c" | "b" | "p";

/** An inode. Several names may share one. */
export interface Inode {
  readonly kind: "inode";
  readonly type: FileType;
  /** Permission bits, setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  /** Seconds since 1970, rounded down; `nanoseconds` are to be added. */
  seconds: number;
  nanoseconds: number;
  /** Values by name, one char a byte each. */
  xattrs: ReadonlyMap<string, string>;
  /** Bytes of a file's content, holes included. */
  readonly size: number;
  /** Of a file: the SHA-256 (32 bytes) or seal (16 bytes) of its content, one char a byte; else "". */
  readonly content: string;
  /** Target of a symbolic link, raw; else "". */
  readonly target: string;
  readonly major: number;
  readonly minor: number;
  /**
   * The default ACL that its directory had when it was created, in the layer that it comes from; the kernel derives its
   * ACLs from that.
   */
  inherited: string | undefined;
  /** How many names it has in the merged filesystem, once they are counted. */
  names: number;
}

/** One entry of a layer, with its name cleaned and interpreted (R2.1, R3.2). */
export type LayerEntry =
  | { readonly kind: "inode"; readonly path: string; readonly inode: Inode; readonly offset: number }
  /** A further name for `target`; the inode has only the metadata of its header (R3.6). */
  | {
      readonly kind: "link";
      readonly path: string;
      readonly target: string;
      readonly inode: Inode;
      readonly offset: number;
    }
  /** Removes `path`; `inode` has the time for directories that it creates (R3.1). */
  | { readonly kind: "whiteout"; readonly path: string; readonly inode: Inode; readonly offset: number }
  /** Hides what lower layers have in `path`. */
  | { readonly kind: "opaque"; readonly path: string; readonly inode: Inode; readonly offset: number }
  /** A file that AUFS keeps for hard links to it; the path is its basename (R3.2). */
  | { readonly kind: "aside"; readonly path: string; readonly inode: Inode; readonly offset: number };

/** An entry with its path in components. */
export type NamedEntry = LayerEntry & {
  /** Of its directory; entries that follow each other in one directory share them. */
  readonly parents: readonly string[];
  /** A text of its own: trees keep it, and a slice would keep the path. */
  readonly name: string;
};
