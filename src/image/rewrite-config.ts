import { type ImageConfig, parseConfig } from "../oci/config.ts";
import { describeBytes } from "../oci/descriptor.ts";
import type { DiffId } from "../oci/digest.ts";
import type { Document } from "../oci/document.ts";
import type { HistoryMode } from "../oci/history.ts";
import { applyEdits, editObjectAt, type JsonEdit, type ObjectChange } from "../oci/json-edit.ts";
import { documentMediaType, type Family } from "../oci/media-type.ts";
import type { Image } from "./image.ts";
import type { RebuiltLayer } from "./rebuilt-layer.ts";
import { rewriteHistory } from "./rewrite-history.ts";
import { UNLIMITED } from "./unlimited.ts";

export interface ConfigChange {
  /** Of the new image, bottom first. */
  readonly layers: readonly RebuiltLayer[];
  readonly family: Family;
  /** `keep` by default; for `redact`, {@link changeImage} has already removed the secrets. */
  readonly history?: HistoryMode | undefined;
  /** RFC 3339; the image's own by default. */
  readonly created?: string | undefined;
  /** Of the new layers' history entries. */
  readonly author?: string | undefined;
  /** Comment of the new layers' history entries. */
  readonly message?: string | undefined;
}

/**
 * The config of the new image: the source's text, in which only the fields that depend on the layers change (R9.1).
 * Every other byte is kept, including big integers, escapes, spacing and unknown properties. If the layers stay the
 * same, only what was asked for changes. `created` must be a time.
 */
export function rewriteConfig(image: Image, change: ConfigChange): Document<ImageConfig> {
  const bytes = applyEdits(image.config.bytes, configEdits(image, change));
  const mediaType = documentMediaType(change.family, "config");
  return parseConfig(bytes, describeBytes(mediaType, bytes), UNLIMITED);
}

function configEdits({ config, platform }: Image, change: ConfigChange): JsonEdit[] {
  const { bytes, json } = config;
  const mode = change.history === undefined || change.history === "redact" ? "keep" : change.history;
  const diffIds = change.layers.map(({ diffId }) => diffId);
  const same = diffIds.join() === json.rootfs.diff_ids.join();
  const created = change.created ?? json.created ?? undefined;
  const set: Record<string, string> = {};

  if (!json.os) set.os = JSON.stringify(platform.os);
  if (!json.architecture) {
    set.architecture = JSON.stringify(platform.architecture);
    if (platform.variant && !json.variant) set.variant = JSON.stringify(platform.variant);
  }
  if (change.created !== undefined) set.created = JSON.stringify(change.created);

  const { author, message, layers } = change;
  const asItWas = same && mode === "keep" && message === undefined && !tooMuchHistory(json);
  const history = asItWas ? undefined : rewriteHistory(config, { mode, layers, created, author, comment: message });
  const historyEdits = history !== undefined && "edits" in history ? history.edits : [];
  if (history !== undefined && "text" in history && history.text !== undefined) set.history = history.text;

  const removed: ObjectChange["remove"] = (name) =>
    (!same && isLeftover(name)) || (name === "history" && mode === "none");
  return [
    ...(same ? [] : layerEdits(config, diffIds)),
    ...historyEdits,
    ...editObjectAt(bytes, [], { set, remove: removed }),
  ];
}

/** Whether more history entries made a layer than there are layers, which Docker refuses. */
function tooMuchHistory(config: ImageConfig): boolean {
  return (config.history ?? []).filter((entry) => entry.empty_layer !== true).length > config.rootfs.diff_ids.length;
}

/** Sets the new list of diffIDs and removes `config.Image`, the ID of the parent image, whose layers are gone. */
function layerEdits({ bytes }: Document<ImageConfig>, diffIds: readonly DiffId[]): JsonEdit[] {
  return [
    ...editObjectAt(bytes, ["rootfs"], { set: { diff_ids: JSON.stringify(diffIds) } }),
    ...editObjectAt(bytes, ["config"], { remove: (name) => name === "Image" }),
  ];
}

/** Properties in which builders describe the steps and layers of the old image, such as BuildKit's inline cache. */
function isLeftover(name: string): boolean {
  return LEFTOVERS.has(name) || name.startsWith("moby.buildkit.buildinfo.");
}

const LEFTOVERS: ReadonlySet<string> = new Set([
  "container",
  "container_config",
  "id",
  "parent",
  "Size",
  "throwaway",
  "moby.buildkit.cache.v0",
]);
