import { countOf, formatChange, formatSize } from "../../amount.ts";
import type { Advice } from "./advice-result.ts";
import type { Evidence } from "./evidence.ts";

const MEGABYTE = 1_000_000;
/** The least share of an image that is worth saving. */
const WORTH_SHARE = 0.02;

/** Whether saving this many bytes of an image is worth a change. */
export function worthSaving(bytes: number, ofImage: number): boolean {
  return bytes >= MEGABYTE && bytes >= WORTH_SHARE * ofImage;
}

/** Does flattening save enough to matter? */
export function gain({ figures }: Evidence): Advice {
  const { size, uncompressedSize, flat, layers } = figures;
  if (layers.length <= 1) {
    return { topic: "gain", verdict: "fine", text: "The image has one layer: there is nothing to flatten.", bytes: 0 };
  }
  const saved = uncompressedSize - flat.uncompressedSize;
  const stored =
    flat.compression === "none"
      ? ""
      : ` As stored, ${formatSize(size)} become about ${formatSize(flat.size)} (${formatChange(size, flat.size)}).`;
  return {
    topic: "gain",
    verdict: worthSaving(saved, uncompressedSize) ? "act" : "fine",
    text: `Flat, the image has ${formatSize(flat.uncompressedSize)} instead of ${formatSize(uncompressedSize)} (${formatChange(uncompressedSize, flat.uncompressedSize)}): ${countOf(figures.hidden.entries, "entry is", "entries are")} hidden.${stored}`,
    bytes: Math.max(0, size - flat.size),
  };
}

/** Which content does the image not need? */
export function prune({ figures }: Evidence): Advice {
  const { prunable, flat } = figures;
  const size = prunable.reduce((sum, each) => sum + each.size, 0);
  const named = prunable.filter((each) => each.size >= MEGABYTE / 10);
  if (named.length === 0) {
    return {
      topic: "prune",
      verdict: "fine",
      text: "Caches, documentation and logs take up next to nothing.",
      bytes: size,
    };
  }
  const parts = named.map(({ profile, size: bytes }) => `${profile} ${formatSize(bytes)}`).join(", ");
  return {
    topic: "prune",
    verdict: worthSaving(size, flat.uncompressedSize) ? "act" : "fine",
    text: `The flat image could do without ${formatSize(size)}: ${parts}.`,
    bytes: size,
  };
}

/** Does the image contain the same content several times? */
export function duplicates({ figures }: Evidence): Advice {
  const { duplicates: found, layers, flat } = figures;
  if (found.files === 0) {
    return { topic: "duplicates", verdict: "fine", text: "No content is there twice.", bytes: 0 };
  }
  const copying = layers
    .filter(({ number, duplicates: { size } }) => number > 0 && size >= MEGABYTE)
    .map(({ number }) => number);
  const again =
    copying.length === 0
      ? ""
      : ` Layers that repeat much of what is below them (chown, chmod and COPY do) are ${copying.join(", ")}.`;
  return {
    topic: "duplicates",
    verdict: worthSaving(found.visible.size, flat.uncompressedSize) ? "act" : "fine",
    text: `${countOf(found.files, "file is a copy", "files are copies")} of another one, ${formatSize(found.size)}; ${formatSize(found.visible.size)} of that stays in the flat image.${again}`,
    bytes: found.size,
    ...(copying.length > 0 && { layers: copying }),
  };
}

/** Do hidden files contain secrets? */
export function ghostSecrets({ figures }: Evidence): Advice {
  const { files, size, secrets } = figures.ghosts;
  const gone = `${countOf(files, "file", "files")} (${formatSize(size)}) at paths that are gone`;
  if (secrets.length === 0) {
    return {
      topic: "ghost-secrets",
      verdict: "fine",
      text:
        files === 0
          ? "The layers hold no files whose paths are gone."
          : `The layers still hold ${gone}; none of them looks like a secret.`,
      bytes: size,
    };
  }
  return {
    topic: "ghost-secrets",
    verdict: "act",
    text: `${countOf(secrets.length, "thing that looks", "things that look")} like a secret can be read in hidden files by anybody who pulls the image. Flattening removes them; those who have the image already have them, so change them too.`,
    bytes: size,
    layers: [...new Set(secrets.map(({ layer }) => layer))].sort((a, b) => a - b),
  };
}
