import process from "node:process";
import { CommanderError } from "commander";
import { watchInterrupts } from "./interruption.ts";
import { createProgram } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

/** Runs the command line on the words after the program's name, and leaves the exit status in `process.exitCode`. Never rejects. */
export async function main(args: readonly string[]): Promise<void> {
  using interrupts = watchInterrupts(process);
  const { stdin, stdout, stderr, env } = process;
  const surroundings: Surroundings = { stdin, stdout, stderr, env, now: Date.now, signal: interrupts.signal };
  for (const stream of [stdout, stderr]) stream.on("error", ignoreClosedPipe);
  process.exitCode = await run(args, surroundings);
}

/** Carries one command line out. Returns the exit status; errors have been told by then. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const program = createProgram(surroundings);
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help and --version end this way
    const { reportError } = await import("./report-error.ts");
    return reportError(error, { args, stderr: surroundings.stderr, signal: surroundings.signal });
  }
}

/** A reader that has seen enough (`| head`) is no failure; the run goes on to finish what it writes elsewhere. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
