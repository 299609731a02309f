import type { Terminal } from "../terminal.ts";
import { createJsonUi } from "./json.ts";
import { createPlainUi } from "./plain.ts";
import { type ProgressMode, silentUi, type Ui } from "./ui.ts";

/** What the choice depends on. */
export interface UiRequest {
  readonly mode: ProgressMode;
  readonly quiet: boolean;
  /** Results go out as JSON, so that a program is likely to read. */
  readonly json: boolean;
  /**
   * What was shown is of no interest once the result is there: bars go, and plain lines come only while one waits long.
   */
  readonly transient: boolean;
  readonly terminal: Terminal;
  readonly stream: NodeJS.WriteStream;
}

/**
 * Makes the display for a run. `auto` means bars where a person watches, else plain lines, and nothing with `--quiet`
 * or where `--format json` is asked for without a terminal: a program then finds errors alone on stderr.
 */
export async function createUi(request: UiRequest): Promise<Ui> {
  const { terminal, stream, transient } = request;
  const write = (line: string): void => void stream.write(`${line}\n`);
  switch (resolveMode(request)) {
    case "none":
      return silentUi;
    case "json":
      return createJsonUi(write);
    case "plain":
      return createPlainUi({ write, transient, now: performance.now.bind(performance) });
    case "tty": {
      const { createTtyUi } = await import("./tty.ts");
      return createTtyUi(stream, terminal, { transient });
    }
  }
}

function resolveMode({ mode, quiet, json, terminal }: UiRequest): Exclude<ProgressMode, "auto"> {
  if (mode !== "auto") return mode;
  if (quiet) return "none";
  if (terminal.interactive) return "tty";
  return json ? "none" : "plain";
}
