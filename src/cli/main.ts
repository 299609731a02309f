import process from "node:process";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Command, CommanderError } from "commander";
import { GateNotMet } from "./gate.ts";
import { watchInterrupts } from "./interruption.ts";
import { createProgram } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

/** One way into planish: a program of its own, or docker's plugin. */
export interface Door {
  /** What a person types before the command. */
  readonly name: string;
  createProgram(surroundings: Surroundings): Command;
  /** Calls back when somebody else than the process's signals wants the run to end, until it is disposed. */
  watch?(env: Surroundings["env"], cancel: () => void): Disposable | undefined;
}

const PLANISH: Door = { name: "planish", createProgram };
const EXIT_CANNOT_LOAD = 69;

/**
 * Runs the command line on the words after the program's name, and leaves the exit status in `process.exitCode`. Never
 * rejects.
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
  stderr.on("error", () => {}); // where errors cannot be told, the exit status still tells
  const status = await run(args, surroundings, door);
  await nextTurn(); // streams emit their errors late
  process.exitCode = status === 0 && failure !== undefined ? await reportStdout(failure, args, surroundings) : status;
  // What is still on its way to a reader that does not read would keep an interrupted run.
  if (status !== 0 && interrupts.signal.aborted) process.exit();
}

/** Carries one command line out. Returns the exit status; errors have been told by then. */
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
    const commands = program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name());
    return reportError(error, { args, ...surroundings, commands, program: door.name });
  }
}

/** A reader that has seen enough (`| head`) is no failure; the run goes on to finish what it writes elsewhere. */
function isClosedPipe({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE";
}

/** What nobody caught is a bug, also where it was thrown beside the run: a report, and an end. */
async function reportBug(error: unknown, args: readonly string[], { stderr }: Surroundings): Promise<never> {
  try {
    const { reportError } = await import("./report-error.ts");
    process.exit(reportError(error, { args, stderr, signal: new AbortController().signal }));
  } catch (missing) {
    // A damaged installation has no report either, and what is thrown here would be caught by nobody, again and again.
    stderr.write(`planish: cannot be loaded, is it completely installed? ${String(missing)}\n`);
    process.exit(EXIT_CANNOT_LOAD);
  }
}

async function reportStdout(cause: Error, args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { outputError, reportError } = await import("./report-error.ts");
  return reportError(outputError(cause), { args, ...surroundings });
}
