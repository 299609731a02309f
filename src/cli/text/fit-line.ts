import { ellipsisOf, type ViewStyle } from "../terminal.ts";
import { middleEllipsis } from "./ellipsis.ts";

/** Shortens a line in the middle to the width of the terminal, without the columns of an indent. */
export function fitLine(line: string, { columns, paint }: ViewStyle, indent = 0): string {
  return columns === undefined ? line : middleEllipsis(line, columns - indent, ellipsisOf(paint));
}
