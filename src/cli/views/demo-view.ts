import type { FlattenResult } from "../../index.ts";
import type { DemoResult } from "../actions/demo.ts";
import { escapeText } from "../text/escape.ts";
import { shellQuote } from "../text/shell-quote.ts";
import { formatTable } from "../text/table.ts";
import { flattenSummary } from "./flatten-summary.ts";
import { type HistoryStyle, historyView } from "./history-view.ts";
import { archivePath } from "./next-command.ts";

/** What the demo is, before it starts. */
export function demoIntroduction({ paint }: HistoryStyle): string {
  return [
    paint("bold", "planish demo: a small image of many layers, made on the spot, without network or container engine."),
    "Its layers install, clean up, overwrite, delete and link, as those of real images do.",
    "",
  ].join("\n");
}

/** The image before, the flattening, the image after, each under the command that shows it, and what to type next. */
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
  const steps = [
    [`docker load -i ${destination}`, "podman load does too"],
    [`docker run --rm ${tag}`, "says Hello, World!"],
    [`docker history ${tag}`, "one layer, the old steps without layers of their own"],
  ];
  const own = [
    ["docker save IMAGE -o image.tar", ""],
    ["planish flatten image.tar docker-archive:flat.tar -t NAME", ""],
  ];
  const lines = (rows: string[][]): string[] =>
    formatTable([{ title: "" }, { title: "" }], rows).map((line) => `  ${line}`);
  return [paint("bold", "Run it:"), ...lines(steps), "", paint("bold", "Then one of yours:"), ...lines(own)];
}

function fileOf(reference: string): string {
  return escapeText(shellQuote(archivePath(reference.slice(reference.indexOf(":") + 1))));
}
