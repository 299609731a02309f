import { middleEllipsis } from "./ellipsis.ts";
import { type Column, formatTable, widthBeforeLast } from "./table.ts";

/** The width of a table, and how it is shortened. */
export interface Fit {
  /** Columns of the terminal; undefined if lines may have any length. */
  readonly columns: number | undefined;
  /** Replaces what is left out. */
  readonly mark: string;
}

const LEAST = 20;

/**
 * A table whose last column, of paths or commands, takes the remaining width; cells that do not fit are shortened in
 * the middle.
 */
export function fittedTable(columns: readonly Column[], rows: readonly (readonly string[])[], fit: Fit): string[] {
  if (fit.columns === undefined) return formatTable(columns, rows);
  const room = Math.max(LEAST, fit.columns - widthBeforeLast(columns, rows));
  const fitted = rows.map((cells) => [...cells.slice(0, -1), middleEllipsis(cells.at(-1) ?? "", room, fit.mark)]);
  return formatTable(columns, fitted);
}
