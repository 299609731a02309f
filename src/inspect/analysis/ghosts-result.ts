/** What is in layers of an image and can be had by whoever pulls it, but in no container of it. */
export interface Ghosts {
  /** Files of paths that the image no longer has, and their content. */
  readonly files: number;
  readonly size: number;
  /** Keys, tokens and credentials that are only in hidden files, those in content first. */
  readonly secrets: readonly GhostSecret[];
}

/** Something in a hidden file that looks like a secret and is in no visible one. */
export interface GhostSecret {
  readonly path: string;
  /** Where it is. */
  readonly layer: number;
  readonly hiddenBy?: { readonly layer: number; readonly path: string } | undefined;
  /** Name of the pattern; docs/analysis.md lists them. */
  readonly pattern: string;
  /** Whether the content of the file or its name alone tells. */
  readonly how: "content" | "name";
  /** Of content: the line, from 1 on, and the beginning of what was found with the rest struck out. */
  readonly line?: number | undefined;
  readonly excerpt?: string | undefined;
}
