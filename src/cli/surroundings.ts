import { describeTerminal, type Terminal } from "./terminal.ts";
import { escapeLines, escapePainted } from "./text/escape.ts";

/** Where a command writes, and what it may know of its surroundings; tests hand in their own. */
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

/** One stream for text, with what it can show. */
export interface Output {
  readonly terminal: Terminal;
  write(text: string): void;
}

/**
 * An {@link Output} on a stream; every text ends its line. Views escape what strangers wrote, each in its own way; what
 * one of them forgets is escaped here, so that nothing but lines and the colours of a view comes out.
 */
export function createOutput(stream: NodeJS.WriteStream, env: Surroundings["env"]): Output {
  const terminal = describeTerminal(stream, env);
  const safe = terminal.colour ? escapePainted : escapeLines;
  return { terminal, write: (text) => void stream.write(`${safe(text)}\n`) };
}
