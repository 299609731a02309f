import { countOf, type FileEntry, formatCount, formatSize, type ListResult } from "../../index.ts";
import { ellipsisOf, type Paint, type ViewStyle } from "../terminal.ts";
import { columnsOf } from "../text/columns-of.ts";
import { middleEllipsis } from "../text/ellipsis.ts";
import { escapePath } from "../text/escape.ts";
import { compareMoments, formatMoment } from "../text/moment.ts";

/** Options of {@link lsView}. */
export interface LsStyle extends ViewStyle {
  readonly sort: "name" | "size" | "time";
  /** Sizes as exact numbers. */
  readonly bytes: boolean;
}

const TITLES = ["MODE", "LINKS", "OWNER", "SIZE", "MODIFIED", "LAYER"] as const;
const LEFT: ReadonlySet<string> = new Set(["MODE", "OWNER", "MODIFIED"]);
const GAP = "  ";
const LEAST_NAME = 20;

/** The lines of a table like that of `ls -l`, generated one by one, with a line of sums below. */
export function* lsView({ path, entries }: ListResult, style: LsStyle): Generator<string> {
  const { paint, columns } = style;
  const widths = TITLES.map((title) => title.length);
  for (const entry of entries) {
    for (const [at, cell] of cellsOf(entry, style).entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  const room =
    columns === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(LEAST_NAME, columns - widths.reduce((sum, width) => sum + width + GAP.length, 0));
  if (entries.length > 0) yield paint("dim", [...pad(TITLES, widths), "NAME"].join(GAP));
  const prefix = isAlone(path, entries) || path === "" ? 0 : path.length + 1;
  for (const entry of sorted(entries, style.sort)) {
    yield [...pad(cellsOf(entry, style), widths), nameOf(entry, { prefix, room, paint })].join(GAP);
  }
  if (!isAlone(path, entries)) yield* ["", sums(entries)];
}

/** The cells before the name; each char takes one column. */
function cellsOf(entry: FileEntry, { bytes }: LsStyle): readonly string[] {
  const { links, uid, gid, size, device, mtime, layer, listed } = entry;
  const shownSize = device?.replace(":", ", ") ?? (bytes ? formatCount(size) : formatSize(size));
  return [
    modeText(entry),
    formatCount(links),
    `${uid}:${gid}`,
    entry.type === "file" || device !== undefined ? shownSize : "",
    formatMoment(mtime, "minutes"),
    listed ? String(layer) : "",
  ];
}

function pad(cells: readonly string[], widths: readonly number[]): string[] {
  return cells.map((cell, at) => {
    const width = widths[at] ?? 0;
    return LEFT.has(TITLES[at] ?? "") ? cell.padEnd(width) : cell.padStart(width);
  });
}

const TYPES: Readonly<Record<FileEntry["type"], string>> = {
  file: "-",
  directory: "d",
  symlink: "l",
  char: "c",
  block: "b",
  fifo: "p",
  whiteout: "w",
  opaque: "o",
};

/** `-rwsr-xr-x`, with a `+` if there are extended attributes. */
export function modeText({ type, mode, xattrs }: Pick<FileEntry, "type" | "mode" | "xattrs">): string {
  const [special = 0, ...digits] = [...mode].map((digit) => Number.parseInt(digit, 8));
  const triads = digits.map((digit, at) => {
    const set = [4, 2, 1][at] ?? 0;
    const marked = Math.floor(special / set) % 2 === 1;
    const execute = digit % 2 === 1;
    const letter = at === 2 ? "t" : "s";
    const last = marked ? (execute ? letter : letter.toUpperCase()) : execute ? "x" : "-";
    return `${digit >= 4 ? "r" : "-"}${Math.floor(digit / 2) % 2 === 1 ? "w" : "-"}${last}`;
  });
  return `${TYPES[type]}${triads.join("")}${xattrs.length > 0 ? "+" : ""}`;
}

interface NameStyle {
  /** Chars of the listed directory's path, which names do not repeat. */
  readonly prefix: number;
  readonly room: number;
  readonly paint: Paint;
}

function nameOf({ path, type, mode, target, linkOf }: FileEntry, { prefix, room, paint }: NameStyle): string {
  const name = path === "" ? "/" : escapePath(path.slice(prefix));
  const leads =
    target !== undefined ? ` -> ${escapePath(target)}` : linkOf !== undefined ? ` = ${escapePath(linkOf)}` : "";
  const executable = type === "file" && [...mode.slice(1)].some((digit) => Number(digit) % 2 === 1);
  const colour = executable ? "green" : COLOURS[type];
  const whole = name + leads;
  if (whole.length > room || columnsOf(whole) > room) {
    const short = middleEllipsis(whole, room, ellipsisOf(paint));
    return colour === undefined ? short : paint(colour, short);
  }
  return colour === undefined ? whole : paint(colour, name) + leads;
}

const COLOURS: Readonly<Partial<Record<FileEntry["type"], Parameters<Paint>[0]>>> = {
  directory: "bold",
  symlink: "cyan",
  char: "yellow",
  block: "yellow",
  fifo: "yellow",
  whiteout: "red",
  opaque: "red",
};

function isAlone(path: string, entries: readonly FileEntry[]): boolean {
  return entries.length === 1 && entries[0]?.path === path;
}

function sorted(entries: readonly FileEntry[], by: LsStyle["sort"]): readonly FileEntry[] {
  if (by === "size") return entries.toSorted((a, b) => b.size - a.size);
  if (by === "time") return entries.toSorted((a, b) => compareMoments(b.mtime, a.mtime));
  return entries;
}

/** A file with several names counts once. */
function sums(entries: readonly FileEntry[]): string {
  const files = new Set<string>();
  let size = 0;
  for (const { path, linkOf = path, links, size: own } of entries) {
    if (!files.has(linkOf)) size += own;
    if (links > 1) files.add(linkOf);
  }
  return `${countOf(entries.length, "entry", "entries")}, ${formatSize(size)}`;
}
