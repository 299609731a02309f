import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ReportData } from "./report-data.ts";
import { reportTitle } from "./report-title.ts";

/**
 * Writes a report down as one HTML file that needs nothing else: style, program and data stand in it, and its content
 * security policy lets it load nothing and run nothing but that program. Of the image only the title stands in the HTML
 * as text; everything else is compressed data, which the page shows as text alone.
 */
export async function reportHtml(data: ReportData): Promise<string> {
  return reportHead(reportTitle(data)) + (await reportTail(data));
}

/** Everything before the data; `images` is where the page of all images is, when there is one. */
export function reportHead(title: string, { images }: { readonly images?: string } = {}): string {
  const style = pagePart("page.css");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy([pagePart("page.js")], [style])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">${images === undefined ? "" : `\n<link rel="up" href="${escapeHtml(images)}">`}
<title>${escapeHtml(title)} – planish report</title>
<style>${style}</style>
</head>
<body>
<div id="page"><p class="waiting">Reading ${escapeHtml(title)}…</p></div>
<noscript><p>This report needs JavaScript, which it brings along; it loads nothing from anywhere.</p></noscript>
`;
}

/** The data and the program that shows it. */
export async function reportTail(data: ReportData): Promise<string> {
  const packed = await promisify(gzip)(JSON.stringify(data));
  const envelope = JSON.stringify({ encoding: "gzip+base64", data: packed.toString("base64") });
  return `<script type="application/json" id="data">${envelope}</script>
<script>${pagePart("page.js")}</script>
</body>
</html>
`;
}

/** Nothing may be loaded, sent or framed; only these very scripts run, and only these styles apply. */
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

/** Makes text safe inside an element and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

const parts = new Map<string, string>();

/** A file that scripts/build-page.sh makes of page/, read when it is first needed. */
export function pagePart(name: "page.css" | "page.js"): string {
  const known = parts.get(name) ?? readFileSync(new URL(`./built/${name}`, import.meta.url), "utf8").trim();
  parts.set(name, known);
  return known;
}
