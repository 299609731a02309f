import type { Advice, AnalyzedSource, GhostSecret, ImageAnalysis } from "../../index.ts";
import { escapePath, escapeText } from "../text/escape.ts";
import { safeJson } from "../text/safe-json.ts";
import type { AnalysisReport } from "./analysis-view.ts";

/**
 * SARIF 2.1.0, for code scanning: failed gates, secrets and unreadable images are errors, advice with the verdict `act`
 * is a note.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/
 */
export function analysisSarif(result: AnalysisReport): string {
  const results = [
    ...(result.gates ?? [])
      .filter(({ passed }) => !passed)
      .map(({ gate, source, platform, text }) => ({
        ruleId: "gate",
        level: "error",
        message: { text: escapeText(`${gate}: ${text} (${source}, ${platform})`) },
        locations: [imageLocation(source)],
      })),
    ...(result.diagnostics ?? []).map(({ rule, message }) => ({
      ruleId: rule,
      level: "error",
      message: { text: escapeText(message) },
      locations: [imageLocation(result.place ?? "")],
    })),
    ...result.sources.flatMap((source) => source.images.flatMap((image) => imageResults(source, image))),
  ];
  const ids = [...new Set(results.map(({ ruleId }) => ruleId))].sort();
  const rules = ids.map((id) => ({ id, shortDescription: { text: RULES[id] ?? "Advice on an image" } }));
  return safeJson(
    { $schema: SCHEMA, version: "2.1.0", runs: [{ tool: { driver: { name: "planish", rules } }, results }] },
    2,
  );
}

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

const RULES: Readonly<Record<string, string>> = {
  gate: "A condition of --fail-on holds",
  "image-unreadable": "An image that cannot be read",
  "ghost-secret": "A secret found only in a hidden file of the image",
};

function imageResults({ source }: AnalyzedSource, { platform, advice, ghosts }: ImageAnalysis) {
  const image = { source, platform };
  return [
    ...ghosts.secrets.map((secret) => secretResult(image, secret)),
    ...advice
      .filter(({ topic, verdict }) => verdict === "act" && topic !== "ghost-secrets")
      .map((one) => noteOf(image, one)),
  ];
}

interface Subject {
  readonly source: string;
  readonly platform: string;
}

function secretResult({ source, platform }: Subject, { path, layer, line, pattern, hiddenBy }: GhostSecret) {
  const hidden = hiddenBy === undefined ? "" : `, hidden by layer ${hiddenBy.layer}`;
  const region = line === undefined ? {} : { region: { startLine: line } };
  return {
    ruleId: "ghost-secret",
    level: "error",
    message: {
      text: escapeText(`${pattern} in ${escapePath(path)}, layer ${layer} of ${source} (${platform})${hidden}`),
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(path) }, ...region },
        logicalLocations: [{ name: `layer ${layer}`, kind: "module" }],
      },
    ],
  };
}

function noteOf({ source, platform }: Subject, { topic, text }: Advice) {
  const message = { text: escapeText(`${text} (${source}, ${platform})`) };
  return { ruleId: topic, level: "note", message, locations: [imageLocation(source)] };
}

/** A name in a layout may have half of a surrogate pair, for which encodeURIComponent throws. */
function imageLocation(source: string) {
  return { physicalLocation: { artifactLocation: { uri: encodeURIComponent(source.toWellFormed()) } } };
}

/** A path as a relative URI: every byte except slashes and unreserved characters as `%NN`. RFC 3986 §2.1 */
function uriOf(path: string): string {
  return path.replace(
    /[^A-Za-z0-9._~/-]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
