/** A Dockerfile, and how to fill its build context. */
export interface Recipe {
  /** Its name in options and in the cache. */
  readonly name: string;
  /** Its name in the table. */
  readonly title: string;
  readonly dockerfile: string;
  /** Adds the files that the Dockerfile names. */
  fill(context: string): Promise<void> | void;
}
