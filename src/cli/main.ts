import process from "node:process";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Command, CommanderError } from "commander";
import { GATE_NOT_MET, GateNotMet } from "./gate.ts";
import { watchInterrupts } from "./interruption.ts";
import { createProgram } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

/** An entry point: the planish program, or the docker plugin. */
export interface Door {
  createProgram(surroundings: Surroundings): Command;
  /** Calls `cancel` when something other than a signal interrupts the run, until it is disposed. */
  watch?(env: Surroundings["env"], cancel: () => void): Disposable | undefined;
}

const PLANISH: Door = { createProgram };
const EXIT_CANNOT_LOAD = 69;

/**
 * Runs a command line, given the arguments after the program's name, and sets `process.exitCode`. Never rejects.
 */
export async function main(args: readonly string[], door: Door = PLANISH): Promise<void> {
  using interrupts = watchInterrupts(process);
  using _watch = door.watch?.(process.env, interrupts.cancel);
  const { stdin, stdout, stderr, env } = process;
  const surroundings: Surroundings = { stdin, stdout, stderr, env, now: Date.now, signal: interrupts.signal };
  process.on("uncaughtException", (error) => void reportBug(error, args, surroundings));
  let failure: Error | undefined;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (!isClosedPipe(error)) failure ??= error;
  });
  stderr.on("error", () => {}); // if stderr is gone, the exit status still reports the failure
  const status = await run(args, surroundings, door);
  await nextTurn(); // streams emit errors asynchronously
  const printed = status === 0 || status === GATE_NOT_MET;
  process.exitCode = printed && failure !== undefined ? await reportStdout(failure, args, surroundings) : status;
  // Output still buffered for a reader that does not read would keep an interrupted process alive.
  if (status !== 0 && interrupts.signal.aborted) process.exit();
}

/** Runs one command line, reports its error if any, and returns the exit status. */
export async function run(args: readonly string[], surroundings: Surroundings, door = PLANISH): Promise<number> {
  const program = door.createProgram(surroundings);
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help and --version end this way
    if (error instanceof GateNotMet) return error.exitCode;
    const { reportError } = await import("./report-error.ts");
    return reportError(error, { args, ...surroundings, program });
  }
}

/** A reader that closes the pipe early (`| head`) is not an error; the run still finishes its other output. */
function isClosedPipe({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE";
}

/** Reports an uncaught exception as a bug and exits. */
async function reportBug(error: unknown, args: readonly string[], { stderr }: Surroundings): Promise<never> {
  try {
    const { reportError } = await import("./report-error.ts");
    process.exit(reportError(error, { args, stderr, signal: new AbortController().signal }));
  } catch (missing) {
    // In a damaged installation report-error.ts is missing too, and rethrowing would call this handler again and again.
    stderr.write(`planish: cannot be loaded, is it completely installed? ${String(missing)}\n`);
    process.exit(EXIT_CANNOT_LOAD);
  }
}

async function reportStdout(cause: Error, args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { outputError, reportError } = await import("./report-error.ts");
  return reportError(outputError(cause), { args, ...surroundings });
}
