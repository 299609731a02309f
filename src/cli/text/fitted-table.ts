import { middleEllipsis } from "./ellipsis.ts";
import { type Column, formatTable, widthBeforeLast } from "./table.ts";

/** What a table has to fit into. */
export interface Fit {
  /** Columns of the terminal; undefined where lines may be of any length. */
  readonly columns: number | undefined;
  /** What stands for what was left out. */
  readonly mark: string;
}

const LEAST = 20;

/**
 * A table whose last column, of paths or commands, takes the room that the others leave; what does not fit is shortened
 * in its middle.
 */
export function fittedTable(columns: readonly Column[], rows: readonly (readonly string[])[], fit: Fit): string[] {
  if (fit.columns === undefined) return formatTable(columns, rows);
  const room = Math.max(LEAST, fit.columns - widthBeforeLast(columns, rows));
  const fitted = rows.map((cells) => [...cells.slice(0, -1), middleEllipsis(cells.at(-1) ?? "", room, fit.mark)]);
  return formatTable(columns, fitted);
}
