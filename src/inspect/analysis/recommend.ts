import { countOf, formatSize } from "../../amount.ts";
import { worthSaving } from "./advice-on-size.ts";
import type { Advice, Recommendation } from "./advice-result.ts";
import type { Evidence } from "./evidence.ts";

/** What to do with the image, as far as that can be decided from the image alone. */
export function recommend({ figures, base }: Evidence, advice: readonly Advice[]): Recommendation {
  const verdicts = new Map(advice.map(({ topic, verdict }) => [topic, verdict]));
  const saved = formatSize(Math.max(0, figures.uncompressedSize - figures.flat.uncompressedSize));
  const { secrets } = figures.ghosts;
  const shares = verdicts.get("shared-base") === "mind";
  if (figures.layers.length <= 1) return { action: "leave", reason: "the image has one layer" };
  if (secrets.length > 0) {
    const above = base !== undefined && secrets.every(({ layer }) => layer >= base.layers);
    const action = above && shares ? "squash above the base" : "flatten";
    return { action, reason: `hidden files hold ${countOf(secrets.length, "secret", "secrets")}` };
  }
  if (verdicts.get("layer-limit") === "act") {
    return {
      action: shares ? "squash above the base" : "flatten",
      reason: "the image has more layers than Docker accepts",
    };
  }
  if (verdicts.get("gain") !== "act") {
    return { action: "leave", reason: `flattening would save ${saved} of ${formatSize(figures.uncompressedSize)}` };
  }
  if (!shares) return { action: "flatten", reason: `it saves ${saved}, and no large base is shared` };
  // Squashing above the base does not remove what is hidden in it.
  const above = figures.layers.slice(base?.layers).reduce((sum, { hidden }) => sum + hidden.size, 0);
  const hidden = `${formatSize(above)} are hidden above the base, which can stay shared`;
  return worthSaving(above, figures.uncompressedSize)
    ? { action: "squash above the base", reason: hidden }
    : { action: "leave", reason: `only ${hidden}; flattening it all would save ${saved}` };
}
