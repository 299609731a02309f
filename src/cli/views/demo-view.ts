import type { FlattenResult } from "../../index.ts";
import type { DemoResult } from "../actions/demo.ts";
import { escapeText } from "../text/escape.ts";
import { shellQuote } from "../text/shell-quote.ts";
import { formatFacts } from "../text/table.ts";
import { flattenSummary } from "./flatten-summary.ts";
import { type HistoryStyle, historyView } from "./history-view.ts";
import { archivePath } from "./next-command.ts";

/** Printed before the demo starts. */
export function demoIntroduction({ paint }: HistoryStyle): string {
  return [
    paint("bold", "A small image of many layers, made on the spot: no network, no engine."),
    "Its layers install, clean up, overwrite, delete and link, as real ones do.",
    "",
  ].join("\n");
}

/** The history before, the flatten and the history after, each under its command; then the next commands. */
export function demoTour({ image, before, flatten, after }: DemoResult, style: HistoryStyle): string {
  const source = fileOf(image.reference);
  const destination = fileOf(flatten.destination);
  const typed = (command: string): string => style.paint("cyan", `$ planish ${command}`);
  const tags = flatten.tags.map((tag) => `-t ${tag}`).join(" ");
  return [
    typed(`history ${source}`),
    historyView(before, style),
    "",
    typed(`flatten ${source} docker-archive:${destination} ${tags}`),
    flattenSummary(flatten, style, { next: false }),
    "",
    typed(`history ${destination}`),
    historyView(after, style),
    "",
    ...nextSteps(flatten, destination, style),
  ].join("\n");
}

function nextSteps({ tags }: FlattenResult, destination: string, { paint }: HistoryStyle): string[] {
  const [tag = ""] = tags;
  const run = formatFacts([
    [`  docker run --rm ${tag}`, "# Hello, World!"],
    [`  docker run -d ${tag} hello stay`, "# docker ps: healthy"],
    [`  docker history ${tag}`, "# one layer, all the steps"],
  ]);
  return [
    paint("bold", "Run it, with docker or podman:"),
    `  docker load -i ${destination}`,
    ...run,
    "",
    paint("bold", "Then one of yours:"),
    "  docker save IMAGE -o image.tar",
    "  planish flatten image.tar docker-archive:flat.tar -t NAME",
  ];
}

function fileOf(reference: string): string {
  return escapeText(shellQuote(archivePath(reference.slice(reference.indexOf(":") + 1))));
}
