import { useMemo, useState } from "preact/hooks";
import { formatSize } from "../../amount.ts";
import { childrenOf, shownName, shownPath, trailOf } from "./file-model.ts";
import { layersOf } from "./layers-of.ts";
import { layerColour } from "./palette.ts";
import type { PageContext } from "./report-page.tsx";
import { Treemap } from "./treemap.tsx";
import { type MapMeasure, weigh } from "./treemap-layout.ts";

const MEASURES: readonly (readonly [MapMeasure, string])[] = [
  ["all", "Everything stored"],
  ["kept", "In the flat image"],
  ["hidden", "Hidden"],
];

/** The filesystem as a treemap, and beside it a list of what is largest in the shown directory. */
export function MapSection(page: PageContext) {
  const { model, root, setRoot } = page;
  const [measure, setMeasure] = useState<MapMeasure>("all");
  return (
    <section id="map" aria-labelledby="map-title">
      <h2 id="map-title">Where the bytes are</h2>
      <div class="controls">
        <nav class="trail" aria-label="Directory shown">
          {trailOf(model, root).map((path) => (
            <button
              key={path}
              type="button"
              aria-current={path === root ? "page" : undefined}
              onClick={() => setRoot(path)}
            >
              {shownName(model, path)}
            </button>
          ))}
        </nav>
        <fieldset class="choice">
          <legend class="unseen">Bytes to show</legend>
          {MEASURES.map(([value, text]) => (
            <label key={value}>
              <input type="radio" name="measure" checked={measure === value} onChange={() => setMeasure(value)} />
              <span>{text}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="map">
        <Treemap page={page} measure={measure} />
        <Largest page={page} measure={measure} />
      </div>
      <Legend {...page} />
    </section>
  );
}

interface LargestProps {
  readonly page: PageContext;
  readonly measure: MapMeasure;
}

const LARGEST = 14;

function Largest({ page, measure }: LargestProps) {
  const { model, root, setRoot, setPath } = page;
  const found = useMemo(
    () =>
      [...childrenOf(model, root)]
        .map((path) => ({ path, bytes: weigh(model, path, measure) }))
        .filter(({ bytes }) => bytes > 0)
        .sort((a, b) => b.bytes - a.bytes),
    [model, root, measure],
  );
  const most = found[0]?.bytes ?? 1;
  return (
    <div class="largest">
      <h3>
        Largest in <code>{shownPath(model, root)}</code>
      </h3>
      {found.length === 0 ? <p class="muted">No bytes here.</p> : null}
      <ul>
        {found.slice(0, LARGEST).map(({ path, bytes }) => {
          const directory = (model.ends[path] ?? 0) > path + 1;
          return (
            <li key={path}>
              <button type="button" onClick={() => (directory ? setRoot(path) : setPath(path))}>
                <span class="name">{`${shownName(model, path)}${directory ? "/" : ""}`}</span>
                <span class="bytes">{formatSize(bytes)}</span>
                <span class="meter" style={{ width: `${(bytes / most) * 100}%` }} />
              </button>
            </li>
          );
        })}
      </ul>
      {found.length > LARGEST ? <p class="muted small">and {found.length - LARGEST} smaller ones</p> : null}
    </div>
  );
}

function Legend({ report, dark }: PageContext) {
  const layers = layersOf(report.image);
  const shown = layers.length <= 12 ? layers : [];
  return (
    <p class="legend">
      {shown.map(({ number }) => (
        <span key={number} class="key">
          <span class="swatch" style={{ backgroundColor: layerColour(number, layers.length, dark) }} /> layer {number}
        </span>
      ))}
      <span class="key">
        <span class="swatch hatched" /> hidden
      </span>
      <span class="key">
        <span class="swatch ghost" /> ghost: nothing of it in the flat image
      </span>
    </p>
  );
}
