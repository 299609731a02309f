import { DEFAULT_LIMITS, type ErrorDetails, type FlattenError, isFlattenError } from "../index.ts";
import { isIncomplete } from "./incomplete.ts";
import { Interruption } from "./interruption.ts";
import { middleEllipsis } from "./text/ellipsis.ts";
import { escapePath, escapeText } from "./text/escape.ts";
import { formatFacts } from "./text/table.ts";
import { SCHEMA_VERSION } from "./views/result-json.ts";

/** An error as text: `planish: CODE: message`, then a line each for where it happened and what to do. */
export function errorText(error: unknown): string {
  if (error instanceof Interruption) return `planish: ${error.message}; ${escapeText(error.state)}`;
  if (!isFlattenError(error)) return bugText(error);
  const facts = errorFacts(error);
  const lines = formatFacts(facts).map((line) => `  ${line}`);
  return [`planish: ${error.code}: ${escapeText(error.message)}`, ...lines].join("\n");
}

/** An error as JSON: one object, whose `error.code` is the contract. */
export function errorJson(error: unknown): object {
  if (error instanceof Interruption) return describe("INTERRUPTED", error.message);
  if (!isFlattenError(error)) return describe("INTERNAL", error instanceof Error ? error.message : String(error));
  return describe(error.code, error.message, { stage: error.stage, details: error.details });
}

function describe(code: string, message: string, more: object = {}): object {
  return { schemaVersion: SCHEMA_VERSION, error: { code, message, ...more } };
}

function errorFacts({ message, stage, details, cause }: FlattenError): string[][] {
  const facts: [string, string | number | undefined][] = [
    ["stage", stage],
    ["image", details.image === undefined ? undefined : unlessSaid(message, escapeText(details.image))],
    ["layer", details.layer],
    ["entry", details.entry === undefined ? undefined : escapePath(details.entry || "/")],
    ["target", details.target === undefined ? undefined : escapePath(details.target)],
    ["offset", details.offset],
    ["path", details.path === undefined ? undefined : escapeText(details.path)],
    ["digest", details.digest],
    ["platform", unlessSaid(message, details.platform)],
    ["base", details.base === undefined ? undefined : escapeText(details.base)],
    ["rule", details.rule],
    ["cause", cause instanceof Error ? unlessSaid(message, cause.message) : undefined],
    ["hint", hintOf(details)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, shortened(String(value))]]));
}

/** Longest fact that is shown in full; the raw name of an entry may have a million bytes. JSON is never shortened. */
const MOST_COLUMNS = 4096;

function shortened(text: string): string {
  return middleEllipsis(text, MOST_COLUMNS, "...");
}

/** A fact, unless the message contains it already. */
function unlessSaid(message: string, fact: string | undefined): string | undefined {
  return fact === undefined || message.includes(fact) ? undefined : escapeText(fact);
}

function hintOf({ hint, limit }: ErrorDetails): string | undefined {
  if (hint !== undefined) return escapeText(hint);
  return limit !== undefined && limit in DEFAULT_LIMITS
    ? `if you trust the image, raise it: --limit ${limit}=N`
    : undefined;
}

function bugText(error: unknown): string {
  if (isIncomplete(error)) return `planish: is not completely installed: ${escapeText(error.message)}`;
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = story.split("\n").map(escapeText);
  return ["planish: this is a bug in planish; please report it with these lines:", ...lines].join("\n");
}
