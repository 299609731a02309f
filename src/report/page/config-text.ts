import { escapeText } from "../../cli/text/escape.ts";
import { isRawNumber, parseExactly } from "../../cli/text/exact-json.ts";

/** A config as text, escaped: the fields that an engine uses, each with its values, and the lines of the document. */
export interface ConfigText {
  readonly rows: readonly (readonly [name: string, values: readonly string[]])[];
  readonly document: string;
}

export function configText(text: string): ConfigText {
  const json = parseExactly(text);
  const { config } = (json ?? {}) as { config?: unknown };
  const rows = Object.entries(config ?? {})
    .map(([name, value]) => [escapeText(name), valuesOf(value).map((each) => escapeText(each))] as const)
    .filter(([, values]) => values.length > 0);
  // The line breaks themselves are JSON's.
  const lines = JSON.stringify(json, null, 2).split("\n");
  return { rows, document: lines.map((line) => escapeText(line)).join("\n") };
}

function valuesOf(value: unknown): string[] {
  if (value === null || value === "" || value === false) return [];
  if (Array.isArray(value)) return value.map(textOf);
  if (typeof value !== "object" || isRawNumber(value)) return [textOf(value)];
  return Object.entries(value).map(([key, item]) => {
    const text = textOf(item);
    return text === "{}" ? key : `${key} = ${text}`;
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
