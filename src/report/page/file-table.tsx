import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { formatCount, formatSize } from "../../amount.ts";
import { modeText, stateText, timeText } from "./entry-text.ts";
import { type FileModel, shownPath } from "./file-model.ts";
import type { PageContext } from "./report-page.tsx";
import type { SortKey, SortOrder } from "./select-entries.ts";
import { usePrinting } from "./use-printing.ts";

interface FileTableProps {
  readonly page: PageContext;
  readonly entries: Uint32Array;
  readonly order: SortOrder;
  setOrder(order: SortOrder): void;
}

interface FileColumn {
  readonly key: SortKey;
  readonly title: string;
  readonly text: (model: FileModel, entry: number) => string;
}

const COLUMNS: readonly FileColumn[] = [
  { key: "path", title: "Path", text: (model, entry) => shownPath(model, model.paths[entry] ?? 0) },
  { key: "size", title: "Size", text: ({ columns }, entry) => formatSize(columns.sizes[entry] ?? 0) },
  { key: "type", title: "Type", text: ({ columns }, entry) => columns.types[columns.typeNumbers[entry] ?? 0] ?? "" },
  { key: "layer", title: "Layer", text: ({ columns }, entry) => String(columns.layers[entry]) },
  { key: "state", title: "State", text: stateText },
  { key: "mode", title: "Mode", text: modeText },
  { key: "owner", title: "Owner", text: ({ columns }, entry) => `${columns.uids[entry]}:${columns.gids[entry]}` },
  { key: "time", title: "Modified (UTC)", text: timeText },
];

/** CSS pixels, as in page.css. */
const ROW_HEIGHT = 28;
/** Browsers limit the height of an element, and so the number of rows. */
const MOST_ROWS = 500_000;
/** Extra rows above and below the visible ones, so that scrolling shows no gap. */
const SPARE = 8;
const PRINTED = 100;

/**
 * A grid that renders only its visible rows, so that it is fast with a million entries. Arrow keys move the selection,
 * Enter shows what happened to a path.
 */
export function FileTable({ page, entries, order, setOrder }: FileTableProps) {
  const { body, rows, first, last, shown, active, setActive, scroll } = useRows(entries);
  const open = (row: number): void => page.setPath(page.model.paths[entries[row] ?? 0]);
  const move = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return; // a heading has the focus
    if (event.key === "Enter") open(active);
    const row = targetRow(event.key, { active, rows, page: shown });
    if (row === undefined) return;
    event.preventDefault();
    setActive(row);
    if (body.current !== null) reveal(body.current, row);
  };
  return (
    <div
      class="table"
      role="grid"
      tabIndex={0}
      aria-label="Entries of the image; arrow keys move, Enter shows the story of a path"
      aria-rowcount={entries.length + 1}
      aria-colcount={COLUMNS.length}
      aria-activedescendant={active >= first && active < last ? `entry-${entries[active]}` : undefined}
      onKeyDown={move}
    >
      <HeadRow order={order} setOrder={setOrder} />
      <div ref={body} class="body" role="rowgroup" onScroll={scroll}>
        <div class="all" role="presentation" style={{ "--height": `${rows * ROW_HEIGHT}px` }}>
          {Array.from(entries.subarray(first, last), (entry, at) => (
            <Row key={entry} page={page} entry={entry} row={first + at} active={first + at === active} open={open} />
          ))}
        </div>
      </div>
      {entries.length === 0 ? <p class="empty">Nothing matches.</p> : null}
      {entries.length > rows ? (
        <p class="empty">Only the first {formatCount(MOST_ROWS)} are listed: search, or choose a layer.</p>
      ) : null}
    </div>
  );
}

/**
 * Which rows to render: the visible ones and a few extra, or the first ones when printing. When `entries` changes, the
 * table scrolls back to the top.
 */
function useRows(entries: Uint32Array) {
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(0);
  const [active, setActive] = useState(0);
  const printing = usePrinting();
  useLayoutEffect(() => setHeight(body.current?.clientHeight ?? 0), []);
  useEffect(() => {
    if (body.current !== null) body.current.scrollTop = 0;
    setTop(0);
    setActive(0);
  }, [entries]);
  const rows = Math.min(entries.length, MOST_ROWS);
  const last = printing ? PRINTED : Math.ceil((top + height) / ROW_HEIGHT) + SPARE;
  return {
    body,
    rows,
    first: printing ? 0 : Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE),
    last: Math.min(rows, last),
    /** Rows per Page Up and Page Down. */
    shown: Math.max(1, Math.floor(height / ROW_HEIGHT) - 1),
    active,
    setActive,
    scroll: ({ currentTarget }: { readonly currentTarget: HTMLElement }): void => setTop(currentTarget.scrollTop),
  };
}

interface GridPosition {
  readonly active: number;
  readonly rows: number;
  readonly page: number;
}

function targetRow(key: string, { active, rows, page }: GridPosition): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -rows,
    End: rows,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.max(0, Math.min(rows - 1, active + step));
}

function reveal(body: HTMLElement, row: number): void {
  const [from, to] = [row * ROW_HEIGHT, (row + 1) * ROW_HEIGHT];
  if (from < body.scrollTop) body.scrollTop = from;
  else if (to > body.scrollTop + body.clientHeight) body.scrollTop = to - body.clientHeight;
}

function HeadRow({ order, setOrder }: Pick<FileTableProps, "order" | "setOrder">) {
  return (
    <div role="rowgroup" class="head">
      <div role="row" class="row" aria-rowindex={1}>
        {COLUMNS.map(({ key, title }) => {
          const sorted = order.key === key;
          const direction = order.descending ? "descending" : "ascending";
          return (
            <div key={key} role="columnheader" class={`cell ${key}`} aria-sort={sorted ? direction : "none"}>
              <button
                type="button"
                onClick={() =>
                  setOrder({ key, descending: sorted ? !order.descending : key === "size" || key === "time" })
                }
              >
                {title}
                <span class="arrow" aria-hidden="true">
                  {sorted ? (order.descending ? "▾" : "▴") : ""}
                </span>
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly page: PageContext;
  readonly entry: number;
  /** Position in the sorted table. */
  readonly row: number;
  readonly active: boolean;
  open(row: number): void;
}

function Row({ page: { model, path, selection }, entry, row, active, open }: RowProps) {
  const chosen = model.paths[entry] === path;
  const hidden = model.gone[entry] === 1;
  const ghost = hidden && selection.isGhost(model.paths[entry] ?? 0);
  const look = ["row", hidden ? "hidden-row" : "", ghost ? "ghost-row" : "", active ? "active" : ""].join(" ");
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid body has the focus, and takes the keys for its rows
    <div
      id={`entry-${entry}`}
      role="row"
      tabIndex={-1}
      class={look}
      aria-rowindex={row + 2}
      aria-selected={chosen}
      style={{ "--top": `${row * ROW_HEIGHT}px` }}
      onClick={() => open(row)}
    >
      {COLUMNS.map(({ key, text }) => {
        const shown = text(model, entry);
        return key === "path" ? (
          <PathCell key={key} path={shown} />
        ) : (
          <div key={key} role="gridcell" class={`cell ${key}`}>
            {shown}
          </div>
        );
      })}
    </div>
  );
}

/** If a path is too long, its directory is cut, not its name. */
function PathCell({ path }: { readonly path: string }) {
  const slash = path.lastIndexOf("/") + 1;
  return (
    <div role="gridcell" class="cell path" title={path} aria-label={path}>
      <span class="directory">{path.slice(0, slash)}</span>
      <span class="base">{path.slice(slash)}</span>
    </div>
  );
}
