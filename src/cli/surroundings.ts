import { createPaint, describeTerminal, type ViewStyle } from "./terminal.ts";
import { escapeLines, escapePainted } from "./text/escape.ts";

/** The streams, environment and clock of a command; tests pass their own. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
}

/** A text stream, and what views look like on it. */
export interface Output {
  readonly style: ViewStyle;
  write(text: string): void;
}

/**
 * An {@link Output} on a stream; `write` adds a newline. Views escape untrusted text themselves; as a safety net, any
 * control characters left, except newlines, tabs and the colours of a view, are escaped here.
 */
export function createOutput(stream: NodeJS.WriteStream, env: Surroundings["env"]): Output {
  const terminal = describeTerminal(stream, env);
  const safe = terminal.colour ? escapePainted : escapeLines;
  const style = { paint: createPaint(terminal), columns: terminal.columns };
  return { style, write: (text) => void stream.write(`${safe(text)}\n`) };
}
