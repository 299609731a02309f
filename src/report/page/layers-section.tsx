import { countOf, formatSize } from "../../amount.ts";
import { escapeText } from "../../cli/text/escape.ts";
import { stepLine } from "../../cli/views/step-command.ts";
import type { HistoryLayer, HistoryStep } from "../../inspect/history-result.ts";
import type { ReportData } from "../report-data.ts";
import { layersOf } from "./layers-of.ts";
import { layerColour } from "./palette.ts";
import type { PageContext } from "./report-page.tsx";

/** The layers, the top one first, with what each hides in those below. */
export function LayersSection(page: PageContext) {
  const { image } = page.report;
  return (
    <section id="layers" aria-labelledby="layers-title">
      <h2 id="layers-title">Layers</h2>
      <p class="lead">The top layer first. Choose one to see its files alone in the map and the table.</p>
      <ol class="layers">
        {image.steps.map((step, at) =>
          step.layer === undefined ? (
            <li key={`step ${at}`} class="step">
              <code>{commandOf(step)}</code>
            </li>
          ) : (
            <Layer key={step.layer.number} step={step} layer={step.layer} page={page} />
          ),
        )}
      </ol>
    </section>
  );
}

interface LayerProps {
  readonly step: HistoryStep;
  readonly layer: HistoryLayer;
  readonly page: PageContext;
}

function Layer({ step, layer, page }: LayerProps) {
  const { report, dark } = page;
  const layers = layersOf(report.image);
  const widest = Math.max(...layers.map(({ uncompressedSize }) => uncompressedSize), 1);
  const hidden = Math.min(layer.hidden.size, layer.uncompressedSize);
  const backgroundColor = layerColour(layer.number, layers.length, dark);
  const chosen = page.layer === layer.number;
  const width = (bytes: number): string => `${(bytes / widest) * 100}%`;
  return (
    <li class={`layer ${chosen ? "chosen" : ""}`}>
      <button
        type="button"
        class="number"
        style={{ backgroundColor }}
        aria-pressed={chosen}
        aria-label={`Layer ${layer.number}: show only its files`}
        onClick={() => page.setLayer(chosen ? undefined : layer.number)}
      >
        {layer.number}
      </button>
      <div class="what">
        <code class="command" title={escapeText(step.createdBy ?? "")}>
          {commandOf(step)}
        </code>
        <div class="stacked thin" aria-hidden="true">
          <span style={{ width: width(layer.uncompressedSize - hidden), backgroundColor }} />
          <span class="hatched" style={{ width: width(hidden), backgroundColor }} />
        </div>
        <p class="muted small">{layerFacts(step, layer)}</p>
        <Hides hides={report.hides.filter(({ by }) => by === layer.number)} own={layer.number} />
      </div>
      <p class="size">
        {formatSize(layer.uncompressedSize)}
        {hidden > 0 ? <span class="waste-text">{formatSize(hidden)} hidden</span> : null}
      </p>
    </li>
  );
}

function layerFacts({ created }: HistoryStep, layer: HistoryLayer): string {
  const compressed = layer.compression === "none" ? [] : [`${formatSize(layer.size)} as ${layer.compression}`];
  const facts = [
    countOf(layer.entries, "entry", "entries"),
    ...compressed,
    created?.slice(0, 10) ?? "",
    layer.digest.slice(0, 19),
  ];
  return escapeText(facts.filter((fact) => fact !== "").join(" · "));
}

function Hides({ hides, own }: { readonly hides: ReportData["hides"]; readonly own: number }) {
  if (hides.length === 0) return null;
  const parts = hides.map(({ of, entries, size }) => {
    const what = `${countOf(entries, "entry", "entries")}${size > 0 ? `, ${formatSize(size)},` : ""}`;
    return `${what} of ${of === own ? "itself" : `layer ${of}`}`;
  });
  return <p class="small hides">Hides {parts.join("; ")}</p>;
}

function commandOf({ createdBy, comment }: HistoryStep): string {
  return escapeText(createdBy === undefined ? (comment ?? "no history for this layer") : stepLine(createdBy));
}
