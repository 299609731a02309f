import { countOf, formatCount, formatSize } from "../../amount.ts";
import type { PageContext } from "./report-page.tsx";

/** The most important figures, each with an explanation. */
export function Summary({ report: { image, analysis }, selection }: PageContext) {
  const layers = analysis.layers.length;
  const { hidden, contentSize, efficiency, wastedBytes, ghosts } = analysis;
  const share = contentSize === 0 ? 0 : (hidden.size / contentSize) * 100;
  const secrets = ghosts.secrets.length;
  return (
    <section class="figures" aria-label="Summary">
      <Figure
        value={formatCount(layers)}
        title={layers === 1 ? "layer" : "layers"}
        more={`${formatSize(image.size)} stored, ${formatCount(image.entries)} entries`}
      />
      <Figure
        value={formatSize(hidden.size)}
        title="hidden by upper layers"
        more={`${share.toFixed(1)} % of all content, in ${formatCount(hidden.entries)} entries`}
        tone={hidden.size > 0 ? "waste" : undefined}
      />
      <Figure
        value={`${(efficiency * 100).toFixed(1)} %`}
        title="efficiency, as dive counts it"
        more={`${formatSize(wastedBytes)} in paths that several layers write`}
      />
      <Figure
        value={formatCount(selection.ghosts)}
        title={selection.ghosts === 1 ? "ghost path" : "ghost paths"}
        more={
          secrets === 0
            ? "removed, and still in a lower layer"
            : `removed, and still there: ${countOf(secrets, "secret", "secrets")} among them`
        }
        tone={selection.ghosts > 0 ? "ghost" : undefined}
      />
    </section>
  );
}

interface FigureProps {
  readonly value: string;
  readonly title: string;
  readonly more: string;
  readonly tone?: "waste" | "ghost" | undefined;
}

function Figure({ value, title, more, tone }: FigureProps) {
  return (
    <div class={`figure ${tone ?? ""}`}>
      <p class="value">{value}</p>
      <p class="title">{title}</p>
      <p class="more">{more}</p>
    </div>
  );
}
