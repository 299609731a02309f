import { PassThrough, Readable } from "node:stream";
import { type Door, run } from "../../src/cli/main.ts";
import type { Surroundings } from "../../src/cli/surroundings.ts";
import { unread } from "./unread.ts";

/** How a command ended, and what it wrote. */
export interface CliOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Surroundings of a command line. */
export interface CliSurroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** All three streams are a terminal of 80 columns. */
  readonly terminal?: boolean;
  /** The content of stdin; empty by default. */
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** planish itself by default. */
  readonly door?: Door;
}

/** Runs a command line in this process with its own streams and environment; the clock says 2026-11-21. */
export async function runCli(args: readonly string[], surroundings: CliSurroundings = {}): Promise<CliOutcome> {
  const { env = {}, terminal = false, stdin: input = "", signal = new AbortController().signal } = surroundings;
  const [stdout, stderr] = [capture(terminal), capture(terminal)];
  const stdin = Object.assign(Readable.from([Buffer.from(input)]), { isTTY: terminal });
  const now = (): number => Date.UTC(2026, 10, 21, 12);
  const all: Surroundings = { stdin, stdout, stderr, env, now, signal };
  const status = await run(args, all, surroundings.door);
  return { status, stdout: unread(stdout), stderr: unread(stderr) };
}

/** A stream that keeps everything written to it. */
function capture(terminal: boolean): PassThrough & NodeJS.WriteStream {
  const stream = new PassThrough({ highWaterMark: Number.MAX_SAFE_INTEGER });
  return Object.assign(stream, { isTTY: terminal, columns: 80 }) as PassThrough & NodeJS.WriteStream;
}
