/** A Dockerfile, and how to fill the folder that it is built from. */
export interface Recipe {
  /** What `--only` and the cache call it. */
  readonly name: string;
  /** What the table calls it. */
  readonly title: string;
  readonly dockerfile: string;
  /** Adds the files that the Dockerfile names. */
  fill(context: string): Promise<void> | void;
}
