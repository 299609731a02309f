import { formatCount, formatSize } from "../../amount.ts";
import { UsageError } from "../../errors.ts";
import type { AnalyzedSource, ImageAnalysis } from "./analysis-result.ts";

/** The figures that a gate can test. */
export type GateFigure =
  | "wasted"
  | "hidden"
  | "gone"
  | "duplicates"
  | "prunable"
  | "size"
  | "uncompressed"
  | "efficiency"
  | "layers"
  | "ghost-secrets";

/** A condition under which an image fails. */
export interface Gate {
  /** As it was written. */
  readonly text: string;
  readonly figure: GateFigure;
  readonly operator: ">" | ">=" | "<" | "<=";
  readonly limit: number;
  /** Whether the limit was given in percent. */
  readonly share: boolean;
}

/** The outcome of one gate for one image. */
export interface GateOutcome {
  readonly gate: string;
  readonly source: string;
  readonly platform: string;
  readonly passed: boolean;
  /** What was compared with the limit: bytes, a count, or a share (1 is all). */
  readonly actual: number;
  readonly limit: number;
  /** The same in words. */
  readonly text: string;
}

/** `size` is that of the whole image, in bytes, for which percentages make no sense. */
type Kind = "bytes" | "size" | "count" | "share";

interface Figure {
  readonly kind: Kind;
  readonly of: (image: ImageAnalysis) => number;
  /** Its share of the image; by default that of the uncompressed size. */
  readonly shareOf?: ((image: ImageAnalysis) => number) | undefined;
}

const bytes = (of: Figure["of"], shareOf?: Figure["of"]): Figure => ({ kind: "bytes", of, shareOf });
const whole = (of: Figure["of"]): Figure => ({ kind: "size", of });
const count = (of: Figure["of"]): Figure => ({ kind: "count", of });

const FIGURES: Readonly<Record<GateFigure, Figure>> = {
  wasted: bytes(
    ({ wastedBytes }) => wastedBytes,
    ({ wastedPercent }) => wastedPercent,
  ),
  hidden: bytes(({ hidden }) => hidden.size),
  gone: bytes(({ ghosts }) => ghosts.size),
  duplicates: bytes(({ duplicates }) => duplicates.visible.size),
  prunable: bytes(({ prunable }) => prunable.reduce((sum, { size }) => sum + size, 0)),
  size: whole(({ size }) => size),
  uncompressed: whole(({ uncompressedSize }) => uncompressedSize),
  efficiency: { kind: "share", of: ({ efficiency }) => efficiency },
  layers: count(({ layers }) => layers.length),
  "ghost-secrets": count(({ ghosts }) => ghosts.secrets.length),
};

const UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["B", 1],
  ["kB", 1e3],
  ["KB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["TB", 1e12],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
  ["TiB", 2 ** 40],
]);

const NAME = /^\s*([a-z-]*)/;
const FORM = /^\s*[a-z-]+\s*(?:(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(%|[A-Za-z]*))?\s*$/;

/**
 * Parses conditions such as `wasted>50MB`, `wasted>10%`, `efficiency<0.9`, `layers>=60` or `ghost-secrets`; a text may
 * have several, separated by commas.
 * @throws UsageError ARGUMENT_INVALID
 */
export function parseGates(texts: readonly string[]): Gate[] {
  return texts.flatMap((text) => text.split(",")).map(parseGate);
}

function parseGate(text: string): Gate {
  const name = NAME.exec(text)?.[1] ?? "";
  if (!isFigure(name)) throw invalid(text, `is not a condition on ${Object.keys(FIGURES).join(", ")}`);
  const form = FORM.exec(text);
  if (form === null) throw invalid(text, "is not written as in wasted>50MB, with >, >=, < or <= and a number");
  const [, operator, amount = "", unit = ""] = form;
  const { kind } = FIGURES[name];
  if (operator === undefined) {
    if (name !== "ghost-secrets") throw invalid(text, "compares with nothing: write it as in wasted>50MB");
    return { text: text.trim(), figure: name, operator: ">", limit: 0, share: false };
  }
  const share = unit === "%";
  const limit = limitOf(Number(amount), unit, kind);
  if (limit === undefined) throw invalid(text, "has a unit that does not fit");
  if (kind === "share" && limit > 1) throw invalid(text, "goes beyond 1: write a share as in 0.9, or in percent");
  return { text: text.trim(), figure: name, operator: operator as Gate["operator"], limit, share };
}

/** Undefined if the unit does not fit the figure. */
function limitOf(amount: number, unit: string, kind: Kind): number | undefined {
  // Not `amount * 0.01`: 35 * 0.01 is not 0.35 in binary.
  if (unit === "%") return kind === "bytes" || kind === "share" ? amount / 100 : undefined;
  const factor = kind === "bytes" || kind === "size" ? UNITS.get(unit) : unit === "" ? 1 : undefined;
  return factor === undefined ? undefined : amount * factor;
}

function isFigure(name: string): name is GateFigure {
  return Object.hasOwn(FIGURES, name);
}

function invalid(text: string, why: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `the gate ${JSON.stringify(text)} ${why}`);
}

/** Tests every image of the sources with every gate. */
export function checkGates(sources: readonly AnalyzedSource[], gates: readonly Gate[]): GateOutcome[] {
  return sources.flatMap(({ source, images }) =>
    images.flatMap((image) => gates.map((gate) => ({ source, platform: image.platform, ...check(image, gate) }))),
  );
}

function check(
  image: ImageAnalysis,
  { text, figure, operator, limit, share }: Gate,
): Omit<GateOutcome, "source" | "platform"> {
  const { kind, of, shareOf } = FIGURES[figure];
  const actual =
    share && kind === "bytes" ? (shareOf?.(image) ?? of(image) / Math.max(1, image.uncompressedSize)) : of(image);
  const passed = !COMPARE[operator](actual, limit);
  const say = share || kind === "share" ? sayShare : kind === "count" ? String : saySize;
  return { gate: text, passed, actual, limit, text: `${figure} is ${say(actual, limit)}` };
}

const MOST_DIGITS = 12;

/** A share in percent, with as many digits as are needed to differ from the limit. */
function sayShare(actual: number, limit: number): string {
  let digits = 1;
  const say = (share: number): string => `${(share * 100).toFixed(digits)} %`;
  while (actual !== limit && say(actual) === say(limit) && digits < MOST_DIGITS) digits += 1;
  return say(actual);
}

/** Bytes as formatted elsewhere; the exact number if that would look the same as the limit. */
function saySize(actual: number, limit: number): string {
  const size = formatSize(actual);
  return actual !== limit && size === formatSize(limit) ? `${formatCount(actual)} B` : size;
}

const COMPARE: Readonly<Record<Gate["operator"], (actual: number, limit: number) => boolean>> = {
  ">": (actual, limit) => actual > limit,
  ">=": (actual, limit) => actual >= limit,
  "<": (actual, limit) => actual < limit,
  "<=": (actual, limit) => actual <= limit,
};
