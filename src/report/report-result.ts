import type { Diagnostic } from "../diagnostic.ts";
import type { Digest } from "../oci/digest.ts";
import type { FlatSide } from "./report-data.ts";

/** The result of a report, which `planish report --format json` prints. */
export interface ReportResult {
  /** What was read, as a full reference. */
  readonly source: string;
  /** The names of the image in the source. */
  readonly names: readonly string[];
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: Digest;
  /** Entries of all layers. */
  readonly entries: number;
  readonly flat: FlatSide;
  /** Where the report was written: a path, or `-`. */
  readonly output: string;
  /** Bytes of the report. */
  readonly size: number;
  readonly diagnostics: readonly Diagnostic[];
}
