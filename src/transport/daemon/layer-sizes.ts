import type { EngineStep } from "./images.ts";

/**
 * The sizes of an image's layers, bottom first, from the steps of its history. An engine says how many bytes each step
 * added but not which steps made a layer: those that added bytes did; the missing layers are taken from the other
 * steps, first from those whose instruction makes layers. Undefined if the history does not fit the number of layers.
 */
export function layerSizes(steps: readonly EngineStep[], layers: number): number[] | undefined {
  const sized = steps.flatMap(({ size }, at) => (size > 0 ? [at] : []));
  const missing = layers - sized.length;
  if (missing < 0 || layers > steps.length) return undefined;
  const empty = steps.flatMap(({ size }, at) => (size > 0 ? [] : [at]));
  const isLikely = (at: number): boolean => makesLayer(steps[at]?.createdBy ?? "");
  const likely = empty.filter(isLikely);
  const others = empty.filter((at) => !isLikely(at));
  const chosen = [...sized, ...[...likely, ...others].slice(0, missing)].sort((a, b) => a - b);
  return chosen.map((at) => steps[at]?.size ?? 0);
}

/** Instructions that only change the config, as the classic builder and BuildKit write them into the history. */
const CONFIG_ONLY =
  /^(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b/;

function makesLayer(createdBy: string): boolean {
  return !CONFIG_ONLY.test(createdBy.replace(/^\/bin\/sh -c #\(nop\)\s+/, ""));
}
