import { styleText } from "node:util";

/** The capabilities of an output stream. */
export interface Terminal {
  /** A terminal of a known size on which lines can be redrawn, outside CI. */
  readonly interactive: boolean;
  readonly colour: boolean;
  /** The locale is UTF-8. */
  readonly unicode: boolean;
  /** Width of the terminal; undefined for files and pipes, whose lines are never shortened. */
  readonly columns: number | undefined;
}

/** The part of a stream that {@link describeTerminal} looks at. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_COLUMNS = 80;

/** Determines what a stream can show; respects NO_COLOR (no-color.org), CI, TERM=dumb and the locale. */
export function describeTerminal(stream: OutputStream, env: Environment): Terminal {
  const terminal = stream.isTTY === true;
  const capable = terminal && env.TERM !== "dumb";
  return {
    interactive: capable && !env.CI && stream.columns !== 0,
    colour: capable && !env.NO_COLOR,
    unicode: /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || ""),
    columns: terminal ? stream.columns || DEFAULT_COLUMNS : undefined,
  };
}

type Colour = "bold" | "dim" | "green" | "yellow" | "red" | "cyan";

/** Colours text if the stream shows colours; otherwise returns it unchanged. */
export interface Paint {
  readonly unicode: boolean;
  (colour: Colour, text: string): string;
}

/** A {@link Paint} for a terminal. */
export function createPaint({ colour, unicode }: Pick<Terminal, "colour" | "unicode">): Paint {
  const paint = (name: Colour, text: string): string =>
    colour && text !== "" ? styleText(name, text, { validateStream: false }) : text;
  return Object.assign(paint, { unicode });
}

/** The arrow between before and after. */
export function arrowOf({ unicode }: Paint): string {
  return unicode ? "→" : "->";
}

/** The mark where text is left out. */
export function ellipsisOf({ unicode }: Paint): string {
  return unicode ? "…" : "...";
}

/** Colours and width of a view. */
export interface ViewStyle {
  readonly paint: Paint;
  /** Columns of the terminal; undefined if lines may have any length. */
  readonly columns: number | undefined;
}
