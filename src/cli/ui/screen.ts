const ESC = "\x1b[";
/** Terminals that know these show a frame only once it is complete. */
const FRAME = { begin: `${ESC}?2026h`, end: `${ESC}?2026l` };
/** A terminal that has just become narrower than the lines cuts them off instead of breaking them. */
const WRAP = { off: `${ESC}?7l`, on: `${ESC}?7h` };
/**
 * A row that is only written over may still count as the rest of a line that was broken. What is erased from the first
 * character of the screen on, tmux keeps above it, so that is not done.
 */
const ERASE = { line: `${ESC}2K`, below: `${ESC}J` };
const FALLBACK_ROWS = 24;

/** Lines at the bottom of a terminal that are drawn over again and again. */
export interface Screen {
  /** Replaces the lines; if there are too many for the terminal, shows the last ones. */
  draw(lines: readonly string[]): void;
  /** Replaces the lines a last time, all of them, and goes on below. */
  leave(lines: readonly string[]): void;
  /** Removes the lines. */
  clear(): void;
}

/**
 * Draws on a terminal. Between two frames the cursor waits at the beginning of the first line, not below the last one:
 * of a terminal that became narrower nobody knows whether it broke the lines, and so how many rows they have, but the
 * cursor stays at its character. It is never hidden, since it would stay so after SIGKILL.
 */
export function createScreen(stream: Pick<NodeJS.WriteStream, "write" | "rows">): Screen {
  let drawn = false;
  const write = (text: string): void => void stream.write(FRAME.begin + text + FRAME.end);
  const block = (lines: readonly string[]): string =>
    `\r${WRAP.off}${lines.map((line) => ERASE.line + line).join("\n")}${ERASE.below}${WRAP.on}`;
  return {
    draw(lines) {
      const shown = lines.slice(-(stream.rows || FALLBACK_ROWS));
      const up = shown.length > 1 ? `${ESC}${shown.length - 1}A` : "";
      write(`${block(shown)}${up}\r`);
      drawn = true;
    },
    leave(lines) {
      write(`${block(lines)}\n`);
      drawn = false;
    },
    clear() {
      if (drawn) write(`\r ${ERASE.below}\r`);
      drawn = false;
    },
  };
}
