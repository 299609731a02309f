import type { OwnOptions } from "./check-values.ts";
import { UsageError } from "./errors.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import { isTime } from "./oci/time.ts";
import { pathRules } from "./prune/path-rules.ts";

/** The options of a flatten, for {@link startRun}. */
export const FLATTEN_OPTIONS: OwnOptions<FlattenOptions> = {
  ...{ compression: true, compressionLevel: true, canonical: true, exclude: true, prune: true },
  ...{ changes: true, env: true, unsetEnv: true, labels: true, unsetLabels: true, message: true, author: true },
  ...{ history: true, annotations: true, attestations: true, provenance: true, created: true },
  ...{ rewriteTimestamp: true, tags: true, allPlatforms: true, verify: true, onCommitted: true, force: true },
  ...{ inPlace: true, layers: true, base: true, maxLayers: true, mergeSmallerThan: true, split: true },
};

/**
 * Refuses options that cannot be carried out, before anything is read.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkOptions(options: FlattenOptions): void {
  const { exclude, prune, message, history, created, rewriteTimestamp } = options;
  pathRules({ exclude, prune });
  if (rewriteTimestamp === true && created === undefined) {
    throw new UsageError("ARGUMENT_INVALID", "--rewrite-timestamp needs a time: --timestamp, or SOURCE_DATE_EPOCH");
  }
  if (created !== undefined && !isTime(created)) {
    const wanted = "an RFC 3339 time such as 2026-01-31T12:00:00Z";
    throw new UsageError("ARGUMENT_INVALID", `--created, --timestamp: ${JSON.stringify(created)} is not ${wanted}`, {
      details: { hint: "on the command line also seconds since 1970" },
    });
  }
  if (message !== undefined && history === "none") {
    throw contradiction("--message", "--history none", "there is no history to put it in");
  }
  if (options.rootfs?.config !== undefined && options.rootfs.platform !== undefined) {
    throw contradiction("--config-in", "--platform", "a config itself says which platform it is for");
  }
  checkSquash(options);
}

const EITHER = "one names the layers to squash, the other chooses them";

function checkSquash({ layers, base, maxLayers, mergeSmallerThan, split }: FlattenOptions): void {
  if (layers !== undefined) {
    if (base !== undefined) throw contradiction("--layers", "--base", "each of them says which layers to squash");
    if (maxLayers !== undefined) throw contradiction("--layers", "--max-layers", EITHER);
    if (mergeSmallerThan !== undefined) throw contradiction("--layers", "--merge-smaller-than", EITHER);
  }
  if (split !== undefined) {
    if (maxLayers !== undefined)
      throw contradiction("--split", "--max-layers", "one makes layers, the other merges them");
    if (mergeSmallerThan !== undefined) {
      throw contradiction("--split", "--merge-smaller-than", "one makes layers, the other merges them");
    }
  }
}

/** The error for two options that exclude each other. */
function contradiction(one: string, other: string, why: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `${one} and ${other} contradict each other: ${why}`);
}
