import { columnsOf } from "./columns-of.ts";

/** A column of a table; left-aligned by default. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

const GAP = "  ";

/** Formats rows under their titles, each column as wide as its widest cell; no line ends in spaces. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const titled = columns.some(({ title }) => title !== "");
  const lines = titled ? [columns.map(({ title }) => title), ...rows] : rows;
  // The cells of the last column may be very long: they are measured only if it is right-aligned.
  const open = columns.at(-1)?.align === "right" ? columns.length : columns.length - 1;
  const widths = columnWidths(open, lines);
  return lines.map((cells) =>
    cells
      .map((cell, index) => (index < open ? pad(cell, widths[index] ?? 0, columns[index]?.align) : cell))
      .join(GAP)
      .trimEnd(),
  );
}

/** A name and its value, shown on a line of their own. */
export type Fact = readonly [name: string, value: string];

/** Formats facts: a table of two columns without titles. */
export function formatFacts(facts: readonly (readonly string[])[]): string[] {
  return formatTable([{ title: "" }, { title: "" }], facts);
}

/** Width of a table without its last column, in columns of the terminal; gaps included. */
export function widthBeforeLast(columns: readonly Column[], rows: readonly (readonly string[])[]): number {
  const widths = columnWidths(columns.length - 1, [columns.map(({ title }) => title), ...rows]);
  return widths.reduce((sum, width) => sum + width + GAP.length, 0);
}

function columnWidths(count: number, lines: readonly (readonly string[])[]): number[] {
  return Array.from({ length: count }, (_, index) =>
    lines.reduce((widest, cells) => Math.max(widest, columnsOf(cells[index] ?? "")), 0),
  );
}

/** Fills a text with spaces to a number of terminal columns; left-aligned by default. */
export function pad(cell: string, width: number, align?: Column["align"]): string {
  const gap = " ".repeat(Math.max(0, width - columnsOf(cell)));
  return align === "right" ? gap + cell : cell + gap;
}
