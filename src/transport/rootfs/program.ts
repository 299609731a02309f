import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { errnoOf } from "../../bytes/io-error.ts";
import { TransportError } from "../../errors.ts";

/**
 * A system program for what Node cannot do: device files, xattrs, times to the nanosecond, filesystem images.
 */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** What to install if it is missing. */
  readonly from: string;
  /** What it works on, for messages: `unpack rootfs/`. */
  readonly task: string;
  readonly signal: AbortSignal;
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Called with each line that it writes to stderr. */
  readonly warned?: ((line: string) => void) | undefined;
}

/**
 * Runs a program with `input`, nothing by default, on its stdin, and returns the beginning of what it prints. Kills it
 * when the run is aborted, and settles only when it has exited.
 * @throws TransportError TRANSPORT_FAILED with its first lines on stderr, DISK_FULL if they say so; what the input
 * throws
 */
export async function runProgram(program: Program, input?: ByteStream): Promise<string> {
  const { child, ended } = start(program);
  const stdout = text(child.stdout);
  const fed = feed(child, input);
  // A program that exits early closes its stdin: the error to report is its exit status, not the failed write.
  const [end, , written] = await Promise.all([ended, stdout, fed]);
  if (written instanceof InputFailed) throw written.cause;
  check(program, end);
  return await stdout;
}

/**
 * Streams the stdout of a program with `input` on its stdin. The stream ends without an error only if the program exits
 * with 0.
 * @throws TransportError as {@link runProgram}
 */
export async function* readProgram(program: Program, input: ByteStream): ByteStream {
  const { child, ended } = start(program);
  const fed = feed(child, input);
  try {
    for await (const chunk of child.stdout ?? []) yield chunk as Buffer;
    const written = await fed;
    if (written instanceof InputFailed) throw written.cause;
    check(program, await ended);
  } finally {
    child.kill();
    await ended;
  }
}

interface Ended {
  readonly status: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly stderr: string;
  /** Why it could not be started, or was killed by an abort. */
  readonly error?: unknown;
}

interface Started {
  readonly child: ChildProcess;
  /** Never rejects. */
  readonly ended: Promise<Ended>;
}

function start({ name, args, signal, env, warned }: Program): Started {
  signal.throwIfAborted();
  const child = spawn(name, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...environment(), ...env },
    signal,
    killSignal: "SIGKILL",
  });
  const stderr = text(child.stderr, warned);
  const ended = new Promise<Ended>((resolve) => {
    let error: unknown;
    child.on("error", (reason) => {
      error = reason;
      if (child.pid === undefined) resolve({ status: null, killedBy: null, stderr: "", error });
    });
    child.on("close", async (status, killedBy) => resolve({ status, killedBy, stderr: await stderr, error }));
  });
  return { child, ended };
}

/**
 * Messages are in English, since they are parsed; variables with options that the user set for other purposes, such as
 * a time to which files would be clamped, are removed.
 */
function environment(): NodeJS.ProcessEnv {
  const { TAR_OPTIONS, POSIXLY_CORRECT, GZIP, SOURCE_DATE_EPOCH, E2FSPROGS_FAKE_TIME, ...rest } = process.env;
  return { ...rest, LC_ALL: "C" };
}

const MOST_TEXT = 64 * 1024;

/** The first 64 KiB of a stream; `take` is called with each of its lines. */
async function text(stream: Readable | null, take: (line: string) => void = () => {}): Promise<string> {
  let first = "";
  let line = "";
  try {
    for await (const chunk of stream?.setEncoding("utf8") ?? []) {
      if (first.length < MOST_TEXT) first += chunk;
      const lines = `${line}${chunk}`.split("\n");
      line = lines.pop() ?? "";
      for (const whole of lines) take(whole);
    }
    if (line !== "") take(line);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  return first;
}

/** The input stream failed, and not the program. */
class InputFailed {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** Pulls the next chunk only when the last one is written, since the producer may then reuse its memory. */
async function feed(child: ChildProcess, input: ByteStream | undefined): Promise<InputFailed | undefined> {
  const { stdin } = child;
  if (stdin === null) return undefined;
  let gone = false;
  let next = () => {};
  const stop = () => {
    gone = true;
    next();
  };
  stdin.on("error", stop);
  child.on("close", stop).on("error", stop);
  try {
    for await (const chunk of input ?? []) {
      if (gone) break;
      await new Promise<void>((resolve) => {
        next = resolve;
        stdin.write(chunk, () => resolve());
      });
    }
    stdin.end();
    return undefined;
  } catch (error) {
    child.kill("SIGKILL");
    return new InputFailed(error);
  }
}

function check({ name, from, task, signal }: Program, { status, killedBy, stderr, error }: Ended): void {
  signal.throwIfAborted();
  if (errnoOf(error) === "ENOENT") {
    throw new TransportError("TRANSPORT_FAILED", `cannot ${task}: the program ${name} is not installed`, {
      details: { hint: `install ${from}` },
    });
  }
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  if (error !== undefined || status !== 0) {
    const how = killedBy === null ? `exited with ${status}` : `was ended by ${killedBy}`;
    const full = /No space left on device|Disk quota exceeded/.test(stderr);
    throw new TransportError(
      full ? "DISK_FULL" : "TRANSPORT_FAILED",
      `cannot ${task}: ${[`${name} ${how}`, ...lines.slice(0, 3)].join("; ")}`,
      { cause: error },
    );
  }
}
