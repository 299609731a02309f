import { countOf, type ImageReferrer, type InspectResult } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { columnsOf } from "../text/columns-of.ts";
import { escapeText } from "../text/escape.ts";
import { shortDigest } from "../text/short-digest.ts";
import { formatTable } from "../text/table.ts";

const NOUNS: readonly (readonly [ImageReferrer["what"], one: string, many: string])[] = [
  ["signature", "signature", "signatures"],
  ["attestation", "attestation", "attestations"],
  ["sbom", "SBOM", "SBOMs"],
  ["artifact", "artifact", "artifacts"],
];

/** `1 signature, 2 attestations`. */
export function countReferrers(referrers: readonly Pick<ImageReferrer, "what">[]): string {
  const counts = NOUNS.map(([kind, one, many]) => {
    const count = referrers.filter(({ what }) => what === kind).length;
    return count === 0 ? [] : [countOf(count, one, many)];
  });
  return counts.flat().join(", ");
}

/** The referrers of an image, one per line, with full digests if they fit. Empty if there are none. */
export function referrerLines({ referrers, images }: InspectResult, style: ViewStyle): string[] {
  if (referrers.length === 0) return [];
  const { paint, columns = Number.POSITIVE_INFINITY } = style;
  const platforms = new Map(images.map(({ manifest, platform }) => [manifest.digest, platform]));
  const whole = table(String);
  const fits = whole.every((line) => columnsOf(line) <= columns);
  const [head = "", ...lines] = fits ? whole : table(shortDigest);
  return [paint("bold", "Beside the image"), paint("dim", head), ...lines];

  function table(show: (digest: string) => string): string[] {
    const rows = referrers.map(({ what, subject, digest, artifactType = "" }) => [
      NOUNS.find(([kind]) => kind === what)?.[1] ?? what,
      escapeText(platforms.get(subject) ?? "the index"),
      show(digest),
      escapeText(artifactType.replace(/^application\/(vnd\.)?/, "")),
    ]);
    return formatTable([{ title: "WHAT" }, { title: "OF" }, { title: "DIGEST" }, { title: "TYPE" }], rows);
  }
}
