import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CommandOptions, type CommandResult, runCommand } from "./engines/run-command.ts";

/** The built program. */
export const ENTRY = fileURLToPath(new URL("../../bin/planish.cjs", import.meta.url));
const TEN_MINUTES = 600_000;

/**
 * Runs the built command-line program and resolves with its output; rejects unless it exits with 0.
 */
export function planish(...args: readonly string[]): Promise<CommandResult> {
  return runCommand([process.execPath, ENTRY, ...args], { timeoutMs: TEN_MINUTES });
}

/** Where the program runs; its environment is only this and a fixed PATH. */
export interface PlanishSurroundings extends Pick<CommandOptions, "env" | "input"> {
  readonly cwd: string;
}

/** Runs the built program, and resolves whatever its exit status is. */
export function planishIn(surroundings: PlanishSurroundings, ...args: readonly string[]): Promise<CommandResult> {
  const options = { timeoutMs: TEN_MINUTES, anyExitCode: true, ...surroundings };
  return runCommand([process.execPath, ENTRY, ...args], options);
}

/** The files at the two ends of a pipe. */
export interface Pipe {
  readonly from: string;
  readonly to: string;
}

/** Runs planish in a shell with its input from one file and its output to another: `planish ARGS < FROM > TO`. */
export function pipePlanish({ from, to }: Pipe, ...args: readonly string[]): Promise<CommandResult> {
  const script = 'out=$1; shift; exec "$0" "$@" > "$out"';
  const argv = ["sh", "-c", script, process.execPath, to, ENTRY, ...args];
  return runCommand(argv, { timeoutMs: TEN_MINUTES, input: readFileSync(from) });
}
