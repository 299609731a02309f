import { describeTerminal, type Terminal } from "./terminal.ts";

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

/** An {@link Output} on a stream; every text ends its line. */
export function createOutput(stream: NodeJS.WriteStream, env: Surroundings["env"]): Output {
  return { terminal: describeTerminal(stream, env), write: (text) => void stream.write(`${text}\n`) };
}
