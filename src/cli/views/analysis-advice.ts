import type { Advice, ImageAnalysis } from "../../index.ts";
import type { Paint, ViewStyle } from "../terminal.ts";
import { escapeText } from "../text/escape.ts";
import { wrapText } from "../text/wrap.ts";
import { ADVICE_TITLES } from "./advice-titles.ts";

const INDENT = 4;

/** Each piece of advice under its question; those with the verdict `fine` are dim. */
export function adviceLines({ advice }: ImageAnalysis, { paint, columns }: ViewStyle): string[] {
  const sorted = advice.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]);
  return [paint("bold", "Considered:"), ...sorted.flatMap((one) => lines(one, paint, columns))];
}

const RANK = { act: 0, mind: 1, fine: 2 } as const;

function lines({ topic, verdict, text }: Advice, paint: Paint, columns: number | undefined): string[] {
  const body = wrapText(escapeText(text), columns === undefined ? undefined : columns - INDENT);
  const indented = body.map((line) => `${" ".repeat(INDENT)}${line}`);
  if (verdict === "fine") return [`  ${ADVICE_TITLES[topic]}`, ...indented].map((line) => paint("dim", line));
  const title = `  ${ADVICE_TITLES[topic]}`;
  return [paint(verdict === "act" ? "green" : "yellow", title), ...indented];
}

/** The recommended action and its reason. */
export function recommendationLines({ recommendation }: ImageAnalysis, { paint, columns }: ViewStyle): string[] {
  const { action, reason } = recommendation;
  const title = `Advice: ${action}`;
  return wrapText(`${title} (${escapeText(reason)})`, columns).map((line) =>
    line.startsWith(title) ? `${paint("bold", title)}${line.slice(title.length)}` : line,
  );
}
