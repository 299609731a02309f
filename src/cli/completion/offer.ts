/**
 * Directives for the shell, with cobra's numbers; they can be added.
 * https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective
 */
export const FILES = 0;
export const NO_SPACE = 2;
export const NO_FILES = 4;

/** Candidates for the next word. */
export interface Offer {
  /** Whole words, each with a tab and its description if there is one. */
  readonly candidates: readonly string[];
  /** Sum of the directives. */
  readonly directive: number;
}
