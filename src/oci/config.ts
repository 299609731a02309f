import type { DiffId } from "./digest.ts";
import type { HistoryEntry } from "./history.ts";

/** What planish itself reads of an image config; every other property survives in the document's bytes. image-spec config.md */
export interface ImageConfig {
  readonly architecture?: string | undefined;
  readonly os?: string | undefined;
  readonly variant?: string | undefined;
  readonly "os.version"?: string | undefined;
  readonly "os.features"?: readonly string[] | undefined;
  readonly created?: string | null | undefined;
  readonly author?: string | undefined;
  readonly config?: Readonly<Record<string, unknown>> | null | undefined;
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly DiffId[] };
  readonly history?: readonly HistoryEntry[] | null | undefined;
}
