import {
  countOf,
  type DuplicateGroup,
  formatCount,
  formatSize,
  type GhostSecret,
  type HiddenFile,
  type ImageAnalysis,
  type PruneName,
} from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { escapePath, escapeText } from "../text/escape.ts";
import { fittedTable } from "../text/fitted-table.ts";
import type { Column } from "../text/table.ts";
import { groupSecrets } from "./group-secrets.ts";

/** Secrets found only in hidden files, the first of each kind in each file. */
export function secretLines({ ghosts }: ImageAnalysis, style: ViewStyle): string[] {
  if (ghosts.secrets.length === 0) return [];
  const title = `Secrets in hidden files (${formatCount(ghosts.secrets.length)}):`;
  const rows = groupSecrets(ghosts.secrets).flatMap(({ shown, more }) => [
    ...shown.map((secret) => secretRow(secret, secretPlace(secret))),
    ...shown.slice(0, more > 0 ? 1 : 0).map((first) => secretRow(first, moreText(first, more))),
  ]);
  const columns: Column[] = [{ title: "  LAYER" }, { title: "PATTERN" }, { title: "HIDDEN BY" }, { title: "FILE" }];
  return titled(style.paint("red", title), { columns, rows }, style);
}

function secretRow(secret: GhostSecret, place: string): string[] {
  return [`  ${secret.layer}`, escapeText(secret.pattern), hiddenByText(secret), place];
}

function moreText({ path }: GhostSecret, more: number): string {
  return `${escapePath(path)}: ${formatCount(more)} more (all of them: --format json)`;
}

function secretPlace({ path, line, excerpt }: GhostSecret): string {
  const where = line === undefined ? "" : `:${line}`;
  return `${escapePath(path)}${where}${excerpt === undefined ? "" : `  ${escapeText(excerpt)}`}`;
}

/** The largest hidden files. */
export function hiddenFileLines({ hiddenFiles }: Pick<ImageAnalysis, "hiddenFiles">, style: ViewStyle): string[] {
  const files = hiddenFiles.filter(({ size }) => size > 0);
  if (files.length === 0) return [];
  const rows = files.map((file) => [
    `  ${formatSize(file.size)}`,
    String(file.layer),
    hiddenByText(file),
    file.reason,
    escapePath(file.path),
  ]);
  const columns: Column[] = [
    { title: "  SIZE", align: "right" },
    { title: "LAYER", align: "right" },
    { title: "HIDDEN BY", align: "right" },
    { title: "WHY" },
    { title: "FILE" },
  ];
  return titled(style.paint("bold", "Largest hidden files:"), { columns, rows }, style);
}

function hiddenByText({ hiddenBy }: Pick<HiddenFile, "hiddenBy">): string {
  return hiddenBy === undefined ? "" : String(hiddenBy.layer);
}

const WHAT: Readonly<Record<PruneName, string>> = {
  apt: "downloads of apt",
  apk: "downloads of apk",
  dnf: "downloads of dnf, yum and zypper",
  pip: "downloads of pip",
  npm: "downloads of npm and yarn",
  docs: "documentation",
  man: "manual pages",
  locales: "translations",
  caches: "caches and temporary files",
  logs: "logs",
  pyc: "compiled Python modules",
};

/** What could be pruned from the flat image, by profile. */
export function prunableLines({ prunable }: ImageAnalysis, style: ViewStyle): string[] {
  const found = prunable.filter(({ size }) => size > 0);
  if (found.length === 0) return [];
  const rows = found.map(({ profile, files, size }) => [
    `  ${formatSize(size)}`,
    formatCount(files),
    profile,
    WHAT[profile],
  ]);
  const columns: Column[] = [
    { title: "  SIZE", align: "right" },
    { title: "FILES", align: "right" },
    { title: "PROFILE" },
    { title: "WHAT" },
  ];
  return titled(style.paint("bold", "The flat image could do without:"), { columns, rows }, style);
}

/** Duplicate content. */
export function duplicateLines({ duplicates }: ImageAnalysis, style: ViewStyle): string[] {
  if (duplicates.files === 0) return [];
  const copies = countOf(duplicates.files, "copy", "copies");
  const title = `The same content again: ${copies}, ${formatSize(duplicates.size)} (${formatSize(duplicates.visible.size)} of it in the flat image)`;
  const rows = duplicates.largest.map((group) => [
    `  ${formatSize(group.size)}`,
    formatCount(group.files),
    placesText(group),
  ]);
  const columns: Column[] = [
    { title: "  SIZE", align: "right" },
    { title: "TIMES", align: "right" },
    { title: "FILES" },
  ];
  return titled(style.paint("bold", title), { columns, rows }, style);
}

function placesText({ places, files }: DuplicateGroup): string {
  const paths = new Map<string, number[]>();
  for (const { layer, path } of places) paths.set(path, [...(paths.get(path) ?? []), layer]);
  const shown = [...paths].map(([path, layers]) => `${escapePath(path)} (${layers.join(", ")})`);
  return `${shown.join("  ")}${files > places.length ? "  …" : ""}`;
}

interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

function titled(title: string, { columns, rows }: Table, style: ViewStyle): string[] {
  const [head = "", ...lines] = fittedTable(columns, rows, style);
  return [title, style.paint("dim", head), ...lines];
}
