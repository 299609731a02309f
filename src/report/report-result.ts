import type { Diagnostic } from "../diagnostic.ts";
import type { Digest } from "../oci/digest.ts";
import type { FlatSide } from "./report-data.ts";

/** What became of a report: the same object that `planish report --format json` prints. */
export interface ReportResult {
  /** What was read, as a reference that can be typed. */
  readonly source: string;
  /** Names under which the source knows the image. */
  readonly names: readonly string[];
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: Digest;
  /** Entries of all layers, each of which the report lists. */
  readonly entries: number;
  readonly flat: FlatSide;
  /** Where the report stands: a path, or `-`. */
  readonly output: string;
  /** Its bytes. */
  readonly size: number;
  readonly diagnostics: readonly Diagnostic[];
}
