import { formatCount, formatSize } from "../../amount.ts";
import type { PageContext } from "./report-page.tsx";

/** The figures that matter most, each with what it means. */
export function Summary({ report: { image }, selection }: PageContext) {
  const layers = image.steps.filter(({ layer }) => layer !== undefined).length;
  const { hidden } = image;
  const share = image.uncompressedSize === 0 ? 0 : (hidden.size / image.uncompressedSize) * 100;
  return (
    <section class="figures" aria-label="Summary">
      <Figure
        value={formatCount(layers)}
        title={layers === 1 ? "layer" : "layers"}
        more={`${formatSize(image.size)} stored`}
      />
      <Figure
        value={formatSize(image.uncompressedSize)}
        title="in all layers"
        more={`${formatCount(image.entries)} entries`}
      />
      <Figure
        value={formatSize(hidden.size)}
        title="hidden by upper layers"
        more={`${formatCount(hidden.entries)} entries, ${share.toFixed(1)} % of the bytes`}
        tone={hidden.size > 0 ? "waste" : undefined}
      />
      <Figure
        value={formatCount(selection.ghosts)}
        title={selection.ghosts === 1 ? "ghost path" : "ghost paths"}
        more="removed, and still in a lower layer"
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
