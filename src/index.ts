/** The public interface of planish as a library: operations, their options and their results. */

export { countOf, formatChange, formatCount, formatSize } from "./amount.ts";
export { copy } from "./copy.ts";
export type { CopyOptions } from "./copy-options.ts";
export type { CopiedHow, CopiedImage, CopiedLayer, CopyResult } from "./copy-result.ts";
export type { DemoArchitecture } from "./demo/hello-program.ts";
export type { DemoImage, DemoOptions } from "./demo/write-demo-image.ts";
export { writeDemoImage } from "./demo/write-demo-image.ts";
export type { Diagnostic } from "./diagnostic.ts";
export type { ErrorCode, ErrorDetails, ImageCode, LimitCode, Stage, TransportCode, UsageCode } from "./errors.ts";

export {
  FlattenError,
  ImageInvalidError,
  isFlattenError,
  LimitError,
  ReferenceInvalidError,
  TransportError,
  UsageError,
} from "./errors.ts";
export { flatten } from "./flatten.ts";
export type { FlattenOptions, RunOptions } from "./flatten-options.ts";
export type { FlattenedImage, FlattenResult, NewLayer } from "./flatten-result.ts";
export type { Attestation, ImageReferrer } from "./image/attestations.ts";
export type { ImageChanges } from "./image/change-image.ts";
export { imageNames } from "./image-names.ts";
export { images } from "./images/images.ts";
export type { ImagesOptions, ImagesResult, ListedImage, ListedLayer } from "./images/images-result.ts";
export { type LayerNode, layerTree } from "./images/layer-tree.ts";
export type { Action, Advice, AdviceTopic, Recommendation } from "./inspect/analysis/advice-result.ts";
export type {
  AnalysisResult,
  AnalyzedLayer,
  AnalyzedSource,
  DuplicateGroup,
  Duplicates,
  HiddenFile,
  ImageAnalysis,
  PredictedFlat,
  PrunableContent,
  RewrittenPath,
  RewrittenPaths,
} from "./inspect/analysis/analysis-result.ts";
export type { AnalyzeOptions } from "./inspect/analysis/analyze.ts";
export { analyze } from "./inspect/analysis/analyze.ts";
export type { FleetAnalysis, FleetBytes, FleetImage } from "./inspect/analysis/fleet-result.ts";
export type { GateOutcome } from "./inspect/analysis/gates.ts";
export type { GhostSecret, Ghosts } from "./inspect/analysis/ghosts-result.ts";
export type { DiffOptions } from "./inspect/diff/diff.ts";
export { diff, diffLayer } from "./inspect/diff/diff.ts";
export type {
  AttributeChange,
  ConfigChange,
  DiffAttribute,
  DiffResult,
  DiffSide,
  DiffSum,
  FileDifference,
} from "./inspect/diff/diff-result.ts";
export type { FlattenPlan, ImagePlan, ResultLayerPlan, SourceLayerPlan } from "./inspect/dry-run/flatten-plan.ts";
export type { PlanFlattenOptions } from "./inspect/dry-run/plan-flatten.ts";
export { planFlatten } from "./inspect/dry-run/plan-flatten.ts";
export { explain } from "./inspect/explain.ts";
export type { EntryFacts, ExplainEffect, ExplainHidden, ExplainResult, ExplainStep } from "./inspect/explain-result.ts";
export type { FileNode, TreeOptions, TreeResult } from "./inspect/file-tree.ts";
export { fileTree } from "./inspect/file-tree.ts";
export type { FileEntry } from "./inspect/files/file-entry.ts";
export type { LookedAt, LookOptions } from "./inspect/files/open-image.ts";
export type { DigestedImage, FsdigestResult } from "./inspect/fsdigest.ts";
export { fsdigest } from "./inspect/fsdigest.ts";
export { history } from "./inspect/history.ts";
export type {
  HiddenSummary,
  HistoryLayer,
  HistoryResult,
  HistoryStep,
  ImageHistory,
} from "./inspect/history-result.ts";
export { type InspectOptions, inspect } from "./inspect/inspect.ts";
export type { InspectedDocument, InspectedImage, InspectedLayer, InspectResult } from "./inspect/inspect-result.ts";
export type { LayerHides } from "./inspect/layer-hides.ts";
export type { LayerRange } from "./inspect/layer-numbers.ts";
export type { ListOptions, ListResult } from "./inspect/list-files.ts";
export { listFiles } from "./inspect/list-files.ts";
export { readFile } from "./inspect/read-file.ts";
export type { VerifyOptions } from "./inspect/verify.ts";
export { verify } from "./inspect/verify.ts";
export type { VerifyResult } from "./inspect/verify-result.ts";
export type { Limits } from "./limits.ts";
export { DEFAULT_LIMITS } from "./limits.ts";
export type { MeasureOptions } from "./measure/measure.ts";
export { measure } from "./measure/measure.ts";
export type { MeasuredStep, Measurement, Spread, StepName } from "./measure/measurement.ts";
export type { ChainId } from "./oci/chain-id.ts";
export type { DiffId, Digest } from "./oci/digest.ts";
export type { HistoryMode } from "./oci/history.ts";
export type { Compression } from "./oci/media-type.ts";
export type { ExcludedBy, HiddenReason, Profile } from "./plan/merge-plan.ts";
export type {
  DiagnosticFound,
  ImageStarted,
  ProgressEvent,
  StageAdvanced,
  StageFinished,
  StageStarted,
} from "./progress/events.ts";
export type { ProvenanceStatement } from "./provenance/provenance-statement.ts";
export { parsePatternLines } from "./prune/pattern-lines.ts";
export type { PruneName } from "./prune/prune-profiles.ts";
export type { ReportOptions } from "./report/report.ts";
export { report } from "./report/report.ts";
export type { FlatImage, FlatSide, PlannedFlat } from "./report/report-data.ts";
export type { ReportResult } from "./report/report-result.ts";
export type { ReportServer, ServeOptions } from "./report/ui/serve-reports.ts";
export { serveReports } from "./report/ui/serve-reports.ts";
export type { FoundBase } from "./squash/found-base.ts";
export type { SquashOptions } from "./squash-options.ts";
export type { Xattr } from "./tar/entry.ts";
export type { CopyMethod, EncodedLayer } from "./transport/contracts.ts";
export type { DaemonOptions } from "./transport/daemon/endpoint.ts";
export type { ReferrerKind } from "./transport/referrer.ts";
export type { BasicCredentials, RegistryOptions, RetryPolicy, Timeouts } from "./transport/registry/options.ts";
export { parseCredentials } from "./transport/registry/parse-credentials.ts";
export type { RootfsOptions } from "./transport/rootfs/source.ts";
export type { SideFile, SideFileOptions } from "./transport/side-file.ts";
export { openSideFile } from "./transport/side-file.ts";
export type { TransportOptions } from "./transport/transport-options.ts";
export type { ConfigDifference } from "./verify/compare-configs.ts";
export type { FilesystemSummary } from "./verify/compare-filesystems.ts";
export type { AttributeDifference, Difference } from "./verify/differences.ts";
export type { FilesystemDigest } from "./verify/filesystem-digest.ts";
export type { Verification, VerifiedImage, VerifiedSide } from "./verify/verification.ts";
