import { countOf, formatChange, formatSize } from "../../amount.ts";
import { escapePath, escapeText } from "../../cli/text/escape.ts";
import type { HistoryLayer, ImageHistory } from "../../inspect/history-result.ts";
import type { FlatImage, ReportData } from "../report-data.ts";
import { layersOf } from "./layers-of.ts";
import { layerColour } from "./palette.ts";
import type { PageContext } from "./report-page.tsx";

/** The image and its flat image as two bars on one scale. */
export function FlatSection({ report, dark }: PageContext) {
  const { image, flat } = report;
  const widest = Math.max(image.uncompressedSize, flat.uncompressedSize, 1);
  const percent = (bytes: number): string => `${(bytes / widest) * 100}%`;
  return (
    <section id="flat" aria-labelledby="flat-title">
      <h2 id="flat-title">Layered and flat</h2>
      <p class="lead">{leadOf(report)}</p>
      <div class="bars">
        <p class="bar-title">
          Layered <span class="muted">{formatSize(image.uncompressedSize)}</span>
        </p>
        <div class="stacked" aria-hidden="true">
          {layersOf(image).map((layer) => (
            <LayerStretch key={layer.number} layer={layer} of={image} scale={percent} dark={dark} />
          ))}
        </div>
        <p class="bar-title">
          {flat.kind === "plan" ? "Flat, as planned" : "Flat"}{" "}
          <span class="muted">{formatSize(flat.uncompressedSize)}</span>
        </p>
        <div class="stacked" aria-hidden="true">
          <span class="flat" style={{ width: percent(flat.uncompressedSize) }} />
        </div>
      </div>
      <p class="legend" aria-hidden="true">
        <span class="swatch plain" /> in the flat image <span class="swatch hatched" /> hidden: stored and shipped, and
        never seen
      </p>
      {flat.kind === "image" ? <Proof flat={flat} /> : null}
    </section>
  );
}

interface LayerStretchProps {
  readonly layer: HistoryLayer;
  readonly of: ImageHistory;
  scale(bytes: number): string;
  readonly dark: boolean;
}

/** A layer's part of the bar: first what is kept, then what is hidden. */
function LayerStretch({ layer, of, scale, dark }: LayerStretchProps) {
  const hidden = Math.min(layer.hidden.size, layer.uncompressedSize);
  const backgroundColor = layerColour(layer.number, layersOf(of).length, dark);
  return (
    <>
      <span style={{ width: scale(layer.uncompressedSize - hidden), backgroundColor }} />
      <span class="hatched" style={{ width: scale(hidden), backgroundColor }} />
    </>
  );
}

function leadOf({ image, analysis, flat }: ReportData): string {
  const layers = countOf(flat.layers, "layer", "layers");
  const tar = `${formatSize(flat.uncompressedSize)} uncompressed, ${formatChange(image.uncompressedSize, flat.uncompressedSize)}`;
  if (flat.kind === "image")
    return `The flat image has ${layers}: ${tar}; ${formatSize(flat.size)} as stored, ${formatChange(image.size, flat.size)}.`;
  const { size, compression } = analysis.flat;
  const stored =
    compression === "none" ? "" : `; as ${compression} about ${formatSize(size)}, ${formatChange(image.size, size)}`;
  return `Flattened, this image would be ${layers}: ${tar}${stored}.`;
}

function Proof({ flat }: { readonly flat: FlatImage }) {
  const { equal, images } = flat.verification;
  const found = images.flatMap(({ differences }) => differences);
  const config = images.flatMap((image) => image.config);
  return (
    <div class={`proof ${equal ? "good" : "bad"}`}>
      <p>
        <strong>{equal ? "The same." : "Not the same."}</strong> {escapeText(flat.source)}{" "}
        {equal
          ? "holds the same filesystem and the same config, entry by entry; read and merged again by separate code."
          : `differs in ${countOf(flat.differences, "path", "paths")} and ${countOf(config.length, "field of the config", "fields of the config")}.`}
      </p>
      {equal ? null : (
        <ul class="mono">
          {config.map(({ field, source, flat: value }) => (
            <li key={field}>{escapeText(`${field}: ${source ?? "none"} → ${value ?? "none"}`)}</li>
          ))}
          {found.slice(0, SHOWN).map(({ kind, path, attributes }) => (
            <li key={path}>
              {kind} /{escapePath(path)}
              {attributes.map(
                (each) =>
                  ` · ${escapePath(each.attribute)} ${escapePath(each.source ?? "none")} → ${escapePath(each.flat ?? "none")}`,
              )}
            </li>
          ))}
        </ul>
      )}
      {flat.differences > SHOWN ? <p>…and more; planish verify --format json lists them all.</p> : null}
    </div>
  );
}

const SHOWN = 50;
