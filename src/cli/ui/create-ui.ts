import type { Terminal } from "../terminal.ts";
import { createJsonUi } from "./json.ts";
import { createPlainUi } from "./plain.ts";
import { type ProgressMode, silentUi, type Ui } from "./ui.ts";

/** What {@link createUi} chooses by. */
export interface UiRequest {
  readonly mode: ProgressMode;
  readonly quiet: boolean;
  /** Results are printed as JSON, so a program is probably reading. */
  readonly json: boolean;
  /** Progress is not kept: bars are removed at the end, and plain lines are printed only for long stages. */
  readonly transient: boolean;
  readonly terminal: Terminal;
  readonly stream: NodeJS.WriteStream;
}

/**
 * Creates the progress display for a run. `auto` means bars on an interactive terminal, else plain lines; nothing with
 * `--quiet`, or with `--format json` outside an interactive terminal, so that stderr has only errors.
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
