/** What a program writes to a terminal, as far as its progress display needs it. */
export interface ReflowingTerminal {
  readonly rows: number;
  columns: number;
  write(text: string): boolean;
  /**
   * Makes the terminal narrower. With `reflow` it breaks lines that are too long, as tmux, VTE and kitty do; without,
   * it cuts them off, as xterm does. The cursor stays at its character in both cases.
   */
  narrow(columns: number, reflow: boolean): void;
  /** What can be seen and scrolled back to, without spaces at the ends. */
  lines(): string[];
}

const ESC = "\x1b";
const TOKEN = new RegExp(`${ESC}\\[([?\\d]*[A-Za-z])|(.)`, "gs");

/**
 * A terminal that understands line feed with carriage return, carriage return, CSI A, J, 2K, and the private modes 7
 * (wraps) and 2026 (is ignored).
 */
export function reflowingTerminal(columns: number, rows: number): ReflowingTerminal {
  let cells: string[][] = [[]];
  let [row, column] = [0, 0];
  let wraps = true;
  const put = (char: string): void => {
    if (column === terminal.columns) {
      if (wraps) feed();
      else column -= 1;
    }
    const line = cells[row] ?? [];
    while (line.length < column) line.push(" ");
    line[column] = char;
    column += 1;
  };
  const feed = (): void => {
    row += 1;
    column = 0;
    if (row === cells.length) cells.push([]);
  };
  const obey = (code: string): void => {
    if (code.endsWith("A")) row = Math.max(0, cells.length - rows, row - Number(code.slice(0, -1)));
    else if (code === "2K") cells[row] = [];
    else if (code === "J") {
      cells[row]?.splice(column);
      cells.splice(row + 1);
    } else if (code === "?7l" || code === "?7h") wraps = code === "?7h";
    else if (!code.startsWith("?2026")) throw new Error(`not understood: ${JSON.stringify(code)}`);
  };
  const terminal: ReflowingTerminal = {
    rows,
    columns,
    write(text) {
      for (const [, code, char] of text.matchAll(TOKEN)) {
        if (code !== undefined) obey(code);
        else if (char === "\n") feed();
        else if (char === "\r") column = 0;
        else put(char ?? "");
      }
      return true;
    },
    narrow(to, reflow) {
      terminal.columns = to;
      const broken = cells.map((line) => (reflow ? pieces(line, to) : [line.slice(0, to)]));
      const above = broken.slice(0, row).flat().length;
      row = above + (reflow ? Math.floor(column / to) : 0);
      column = reflow ? column % to : Math.min(column, to - 1);
      cells = broken.flat();
    },
    lines: () => cells.map((line) => line.join("").trimEnd()),
  };
  return terminal;
}

function pieces(line: readonly string[], length: number): string[][] {
  const count = Math.max(1, Math.ceil(line.length / length));
  return Array.from({ length: count }, (_, at) => line.slice(at * length, (at + 1) * length));
}
