/** One build step of an image. image-spec config.md (`history`) */
export interface HistoryEntry {
  readonly created?: string | null | undefined;
  readonly created_by?: string | undefined;
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  /** True when the step made no layer. */
  readonly empty_layer?: boolean | undefined;
}

/**
 * What becomes of the old history: kept as entries without a layer, the same without secrets, collapsed into the new
 * entry, or removed.
 */
export type HistoryMode = "keep" | "redact" | "collapse" | "none";
