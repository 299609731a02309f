import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Diagnostic } from "../diagnostic.ts";
import type { ReportData } from "./report-data.ts";
import { reportTitle } from "./report-title.ts";

/**
 * Makes a report as one self-contained HTML file: it includes style, script and data, and its content security policy
 * forbids loading anything and running any other script. From the image only the title is in the HTML as text;
 * everything else is compressed data, which the page shows only as text.
 */
export async function reportHtml(data: ReportData): Promise<string> {
  return reportHead(reportTitle(data)) + (await reportTail(data));
}

/** Everything before the data; `images` is the URL of the page of all images, if there is one. */
export function reportHead(title: string, { images }: { readonly images?: string } = {}): string {
  const style = pagePart("page.css");
  const shown = visibleHtml(title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy([pagePart("page.js")], [style])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">${images === undefined ? "" : `\n<link rel="up" href="${escapeHtml(images)}">`}
<title>${shown} – planish report</title>
<style>${style}</style>
</head>
<body>
<div id="page"><p class="waiting">Reading ${shown}…</p></div>
<noscript><p>This report needs JavaScript, which it brings along; it loads nothing from anywhere.</p></noscript>
`;
}

/** The data and the script that shows it. */
export async function reportTail(data: ReportData): Promise<string> {
  const diagnostics = withFewPlaces(data.image.diagnostics);
  const packed = await promisify(gzip)(JSON.stringify({ ...data, image: { ...data.image, diagnostics } }));
  const envelope = JSON.stringify({ encoding: "gzip+base64", data: packed.toString("base64") });
  return `<script type="application/json" id="data">${envelope}</script>
<script>${pagePart("page.js")}</script>
</body>
</html>
`;
}

/** Diagnostics of a rule that say where; the page shows a few, and how many there are. */
const PLACES = 100;

/** Long paths of very many diagnostics would make a text that neither Node nor a browser can hold. */
function withFewPlaces(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ofRule = new Map<string, number>();
  return diagnostics.map((diagnostic) => {
    const { path: _, ...unplaced } = diagnostic;
    const seen = (ofRule.get(diagnostic.rule) ?? 0) + 1;
    ofRule.set(diagnostic.rule, seen);
    return seen > PLACES ? unplaced : diagnostic;
  });
}

/** A policy that forbids loading and sending anything; only these scripts and styles are allowed, by their hashes. */
export function contentSecurityPolicy(scripts: readonly string[], styles: readonly string[]): string {
  const hashes = (texts: readonly string[]): string =>
    texts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`).join(" ") || "'none'";
  return [
    "default-src 'none'",
    `script-src ${hashes(scripts)}`,
    `style-src ${hashes(styles)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Escapes text for an element and for a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/**
 * {@link escapeHtml} for names of images: control and format characters, which could hide or reorder it, are replaced.
 */
export function visibleHtml(text: string): string {
  return escapeHtml(text.replace(/[\p{Cc}\p{Cf}]/gu, "\u{fffd}"));
}

const parts = new Map<string, string>();

/** A file that scripts/build-page.sh makes from page/, read when first needed. */
export function pagePart(name: "page.css" | "page.js"): string {
  const known = parts.get(name) ?? readFileSync(new URL(`./built/${name}`, import.meta.url), "utf8").trim();
  parts.set(name, known);
  return known;
}
