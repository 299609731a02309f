/** What layers of an image contain, so that anybody who pulls it can read it, though no container sees it. */
export interface Ghosts {
  /** Files at paths that the image no longer has, and bytes of their content. */
  readonly files: number;
  readonly size: number;
  /** Keys, tokens and credentials that are only in hidden files; those found by content first. */
  readonly secrets: readonly GhostSecret[];
}

/** Something in a hidden file that looks like a secret and is not in a visible file. */
export interface GhostSecret {
  readonly path: string;
  /** The layer that has the file. */
  readonly layer: number;
  readonly hiddenBy?: { readonly layer: number; readonly path: string } | undefined;
  /** Name of the pattern; docs/analysis.md lists them. */
  readonly pattern: string;
  /** Whether it was found by the file's content or only by its name. */
  readonly how: "content" | "name";
  /** If found by content: the line, counted from 1, and the beginning of the secret with the rest masked. */
  readonly line?: number | undefined;
  readonly excerpt?: string | undefined;
}
