import { ellipsisOf, type ViewStyle } from "../terminal.ts";
import { middleEllipsis } from "./ellipsis.ts";
import { type Column, formatTable, widthBeforeLast } from "./table.ts";

const LEAST = 20;

/**
 * A table whose last column, of paths or commands, takes the remaining width; cells that do not fit are shortened in
 * the middle.
 */
export function fittedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { columns: width, paint }: ViewStyle,
): string[] {
  if (width === undefined) return formatTable(columns, rows);
  const room = Math.max(LEAST, width - widthBeforeLast(columns, rows));
  const mark = ellipsisOf(paint);
  const fitted = rows.map((cells) => [...cells.slice(0, -1), middleEllipsis(cells.at(-1) ?? "", room, mark)]);
  return formatTable(columns, fitted);
}
