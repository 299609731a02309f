import { type FileModel, shownName } from "./file-model.ts";
import { layerColour, type MapColours, mapColours } from "./palette.ts";
import { TITLE_HEIGHT, type Tile } from "./treemap-layout.ts";

/** What {@link drawTreemap} draws. */
export interface Drawing {
  readonly model: FileModel;
  readonly tiles: readonly Tile[];
  readonly layers: number;
  /** The selected layer; the others are dimmed. */
  readonly layer: number | undefined;
  readonly dark: boolean;
  isGhost(path: number): boolean;
  /** The tile under the pointer. */
  readonly hovered: Tile | undefined;
}

/** Pixels; the outline of anything smaller would fill it. */
const LEAST_MARKED = 8;
const FONT = '12px system-ui, "Segoe UI", "Liberation Sans", sans-serif';

/** Draws a treemap on a canvas, at the resolution of the screen. */
export function drawTreemap(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const colours = mapColours(drawing.dark);
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = "middle";
  const hatch = hatching(context, colours.hatch);
  for (const tile of drawing.tiles) drawTile(context, tile, { ...drawing, colours, hatch });
  if (drawing.hovered !== undefined) outline(context, drawing.hovered, colours.text, 2);
}

interface Brush extends Drawing {
  readonly colours: MapColours;
  readonly hatch: CanvasPattern | null;
}

function drawTile(context: CanvasRenderingContext2D, tile: Tile, brush: Brush): void {
  const { model, colours, layers, layer, dark, isGhost } = brush;
  const [width, height] = [tile.x1 - tile.x0, tile.y1 - tile.y0];
  if (width <= 0 || height <= 0) return;
  const text = shownName(model, tile.path);
  if (tile.layer === -1) {
    context.fillStyle = colours.folder;
    context.fillRect(tile.x0, tile.y0, width, height);
    label(context, tile, { text, colours, height: TITLE_HEIGHT });
    return;
  }
  context.globalAlpha = layer === undefined || layer === tile.layer ? 1 : 0.25;
  const colour = layerColour(tile.layer, layers, dark);
  context.fillStyle = colour;
  context.fillRect(tile.x0, tile.y0, width, height);
  if (tile.hiddenShare > 0) drawHidden(context, tile, brush);
  const marked = tile.kind === "entry" && tile.hiddenShare > 0 && Math.min(width, height) >= LEAST_MARKED;
  if (marked && isGhost(tile.path)) outline(context, tile, colours.ghost, 1.5);
  if (tile.kind !== "rest")
    label(context, tile, { text, colours, height, plate: tile.hiddenShare > 0 ? colour : undefined });
  context.globalAlpha = 1;
}

/** Hatches the hidden share, at the right of a tile. */
function drawHidden(context: CanvasRenderingContext2D, { x0, y0, x1, y1, hiddenShare }: Tile, { hatch }: Brush): void {
  if (hatch === null) return;
  const width = (x1 - x0) * hiddenShare;
  context.fillStyle = hatch;
  context.fillRect(x1 - width, y0, width, y1 - y0);
}

function outline(context: CanvasRenderingContext2D, { x0, y0, x1, y1 }: Tile, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(x0 + width / 2, y0 + width / 2, x1 - x0 - width, y1 - y0 - width);
}

interface Label {
  readonly text: string;
  readonly colours: MapColours;
  /** Height available for the label. */
  readonly height: number;
  /** Background of the text, where hatching would make it hard to read. */
  readonly plate?: string | undefined;
}

const LABEL_WIDTH = 40;
const LABEL_HEIGHT = 16;
const CHAR_WIDTH = 6.2;

function label(context: CanvasRenderingContext2D, { x0, y0, x1, y1 }: Tile, words: Label): void {
  const { text, colours, height, plate } = words;
  const width = x1 - x0;
  if (width < LABEL_WIDTH || y1 - y0 < LABEL_HEIGHT) return;
  const room = Math.floor((width - 12) / CHAR_WIDTH);
  const shown = text.length > room ? `${text.slice(0, Math.max(1, room - 1))}…` : text;
  const middle = y0 + Math.min(height, 22) / 2 + 0.5;
  if (plate !== undefined) {
    context.fillStyle = plate;
    context.fillRect(x0 + 2, middle - 8, Math.min(width - 4, context.measureText(shown).width + 7), 16);
  }
  context.fillStyle = colours.text;
  context.fillText(shown, x0 + 5, middle, width - 8);
}

/** Diagonal lines, four pixels apart. */
function hatching(context: CanvasRenderingContext2D, colour: string): CanvasPattern | null {
  const size = 8;
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const lines = tile.getContext("2d");
  if (lines === null) return null;
  lines.strokeStyle = colour;
  lines.lineWidth = 3;
  for (const shift of [-size, 0, size]) {
    lines.moveTo(shift - 1, size + 1);
    lines.lineTo(shift + size + 1, -1);
  }
  lines.stroke();
  return context.createPattern(tile, "repeat");
}
