import {
  type AttributeChange,
  countOf,
  type DiffResult,
  type DiffSide,
  type DiffSum,
  type FileDifference,
  formatCount,
  formatSize,
} from "../../index.ts";
import { arrowOf, ellipsisOf, type ViewStyle } from "../terminal.ts";
import { columnsOf } from "../text/columns-of.ts";
import { endEllipsis, middleEllipsis } from "../text/ellipsis.ts";
import { escapePath, escapeText } from "../text/escape.ts";
import { formatMoment } from "../text/moment.ts";
import { pad } from "../text/table.ts";
import { TYPE_NAMES } from "./type-names.ts";

/**
 * The lines of a diff, generated one by one: both sides, a line for each path that differs, then the configs and sums.
 */
export function* diffView(result: DiffResult, style: ViewStyle): Generator<string> {
  const { differences, config } = result;
  const { paint } = style;
  const widest = differences.reduce((most, { path }) => Math.max(most, widthOf(shownPath(path))), 0);
  const width = Math.min(widest, MOST_PATH);
  yield `${paint("dim", "---")} ${sideText(result.a)}`;
  yield `${paint("dim", "+++")} ${sideText(result.b)}`;
  if (differences.length > 0) yield "";
  for (const difference of differences) yield pathLine(difference, width, style);
  if (config.length > 0) yield* ["", paint("bold", "Config:")];
  for (const { field, a, b } of config) {
    yield shortenEnd(`  ${escapeText(field)}  ${change(a && escapeText(a), b && escapeText(b), style)}`, style);
  }
  yield* ["", sums(result)];
}

/** Largest width of the column of paths; the details of longer paths are not aligned. */
const MOST_PATH = 48;

function sideText({ source, platform, layers }: DiffSide): string {
  const [first, last] = [layers[0], layers.at(-1)];
  const which =
    first === undefined ? "no layers" : layers.length === 1 ? `layer ${first}` : `layers ${first} to ${last}`;
  return `${escapeText(source)} (${escapeText(platform)}, ${which})`;
}

const LETTERS = {
  added: ["A", "green"],
  removed: ["D", "red"],
  changed: ["C", "yellow"],
} as const;

function pathLine(difference: FileDifference, width: number, style: ViewStyle): string {
  const { kind, path, attributes } = difference;
  const { paint, columns } = style;
  const [letter, colour] = LETTERS[kind];
  const name = shownPath(path);
  const details =
    kind === "changed"
      ? timesLast(attributes)
          .map((each) => attributeText(each, style))
          .join(", ")
      : newText(difference);
  const aligned = name.length < width ? pad(name, width) : name;
  if (columns === undefined) return `${paint(colour, letter)}  ${aligned}  ${details}`;
  const mark = ellipsisOf(paint);
  const room = columns - "A    ".length;
  const shown = pad(middleEllipsis(name, Math.max(MOST_PATH, room - details.length), mark), width);
  const left = room - columnsOf(shown);
  return `${paint(colour, letter)}  ${shown}  ${paint("dim", endEllipsis(details, Math.max(LEAST_DETAILS, left), mark))}`;
}

function shownPath(path: string): string {
  return `/${escapePath(path)}`;
}

/** Measuring takes microseconds per character, and only short names are aligned. */
function widthOf(name: string): number {
  return name.length < MOST_PATH ? columnsOf(name) : MOST_PATH;
}

/** Nearly every change has a new time, so times come last, where a narrow terminal cuts them. */
function timesLast(attributes: readonly AttributeChange[]): readonly AttributeChange[] {
  const isTime = ({ attribute }: AttributeChange): boolean => attribute === "mtime";
  return [...attributes.filter((each) => !isTime(each)), ...attributes.filter(isTime)];
}

const LEAST_DETAILS = 12;

function newText({ type, size, layer }: FileDifference): string {
  return `${TYPE_NAMES[type]}${type === "file" ? ` ${formatSize(size)}` : ""}, layer ${layer}`;
}

/** Digests of contents are not shown, only that they differ; times and sizes are exact only if they look equal else. */
function attributeText({ attribute, a, b }: AttributeChange, style: ViewStyle): string {
  if (attribute === "content") return "content";
  const [before, after] = [a, b].map((value) => value && shortValue(attribute, value));
  const shown = (value: string | null): string | null => value && exactValue(attribute, value);
  const both = before === after ? change(shown(a), shown(b), style) : change(before ?? null, after ?? null, style);
  return `${escapePath(attribute)} ${both}`;
}

function shortValue(attribute: AttributeChange["attribute"], value: string): string {
  if (attribute === "size") return formatSize(Number(value));
  return attribute === "mtime" ? formatMoment(value, "seconds") : escapePath(value);
}

function exactValue(attribute: AttributeChange["attribute"], value: string): string {
  return attribute === "size" ? `${formatCount(Number(value))} B` : escapePath(value);
}

function change(a: string | null, b: string | null, { paint }: ViewStyle): string {
  return `${a ?? "none"} ${arrowOf(paint)} ${b ?? "none"}`;
}

function shortenEnd(line: string, { columns, paint }: ViewStyle): string {
  return columns === undefined ? line : endEllipsis(line, columns, ellipsisOf(paint));
}

function sums({ equal, added, removed, changed, config, ignored }: DiffResult): string {
  const size = ({ size: bytes }: DiffSum): string => (bytes === 0 ? "" : ` (${formatSize(bytes)})`);
  const words = [
    `${countOf(added.entries, "path", "paths")} added${size(added)}`,
    `${formatCount(removed.entries)} removed${size(removed)}`,
    `${formatCount(changed.entries)} changed`,
    ...(config.length === 0 ? [] : [`${countOf(config.length, "value", "values")} of the config`]),
  ];
  const but = ignored.length === 0 ? "" : `; ignored: ${ignored.join(", ")}`;
  return (equal ? "no differences" : words.join(", ")) + but;
}
