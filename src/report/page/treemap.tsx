import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatSize } from "../../amount.ts";
import { drawTreemap } from "./draw-treemap.ts";
import { stateText } from "./entry-text.ts";
import { shownPath, trailOf } from "./file-model.ts";
import { layersOf } from "./layers-of.ts";
import type { PageContext } from "./report-page.tsx";
import { layOut, type MapMeasure, type Tile, weigh } from "./treemap-layout.ts";

interface TreemapProps {
  readonly page: PageContext;
  readonly measure: MapMeasure;
}

/**
 * The treemap. Hovering describes a tile; a click goes one directory down towards it, or shows the story of a file.
 */
export function Treemap({ page, measure }: TreemapProps) {
  const { model, root, report, layer, dark, selection } = page;
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(canvas);
  const [hovered, setHovered] = useState<Tile | undefined>(undefined);
  const tiles = useMemo(
    () => layOut(model, { root, measure, ...size }),
    [model, root, measure, size.width, size.height],
  );
  useEffect(() => setHovered(undefined), [tiles]);
  useEffect(() => {
    if (canvas.current === null) return;
    const isGhost = (path: number): boolean => selection.isGhost(path);
    drawTreemap(canvas.current, { model, tiles, layers: layersOf(report.image).length, layer, dark, isGhost, hovered });
  }, [tiles, layer, dark, hovered]);
  const total = weigh(model, root, measure);
  return (
    <div class="treemap">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Map of ${shownPath(model, root)}, ${formatSize(total)}. The list beside it says the same in words.`}
        onPointerMove={(event) => setHovered(tileAt(tiles, event))}
        onPointerLeave={() => setHovered(undefined)}
        onClick={(event) => go(page, tileAt(tiles, event))}
      />
      <p class="hint" aria-hidden="true">
        {hovered === undefined
          ? "Point at a tile to see what it is; click to go into its directory."
          : describe(page, hovered)}
      </p>
    </div>
  );
}

function useSize(canvas: { readonly current: HTMLCanvasElement | null }): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return size;
}

/** The innermost tile at the pointer; directories come before their content. */
function tileAt(tiles: readonly Tile[], { offsetX, offsetY }: MouseEvent): Tile | undefined {
  return tiles.findLast(({ x0, y0, x1, y1 }) => offsetX >= x0 && offsetX < x1 && offsetY >= y0 && offsetY < y1);
}

function go({ model, root, setRoot, setPath }: PageContext, tile: Tile | undefined): void {
  if (tile === undefined) return;
  const trail = trailOf(model, tile.path);
  const next = trail[trail.indexOf(root) + 1];
  if (next !== undefined && (model.ends[next] ?? 0) > next + 1) setRoot(next);
  else if (tile.kind === "entry") setPath(tile.path);
}

function describe({ model, selection }: PageContext, { path, entry, kind, value }: Tile): string {
  const place = shownPath(model, path);
  if (kind === "rest") return `${place}: small files, ${formatSize(value)} together`;
  if (kind === "directory") return `${place}/: ${formatSize(value)}`;
  const { layers } = model.columns;
  const state = stateText(model, entry);
  const ghost = selection.isGhost(path) ? ", a ghost" : "";
  return `${place}: ${formatSize(value)}, layer ${layers[entry]}, ${state}${ghost}`;
}
