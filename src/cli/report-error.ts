import { type Command, CommanderError } from "commander";
import { isFlattenError, TransportError, UsageError } from "../index.ts";
import { errorJson, errorText } from "./error-text.ts";
import { exitCode } from "./exit-code.ts";
import { Interruption } from "./interruption.ts";
import { safeJson } from "./text/safe-json.ts";
import { withoutValue } from "./unknown-option.ts";

/** What {@link reportError} needs besides the error. */
export interface ErrorReport {
  /** The raw arguments: tells whether JSON was requested even if parsing them failed. */
  readonly args: readonly string[];
  /** The program that refused a command line, to suggest a command or an option, or point at the help. */
  readonly program?: Command;
  readonly stderr: { write(text: string): unknown };
  readonly signal: AbortSignal;
}

/**
 * Prints an error on stderr, as one line of JSON if JSON was requested, and returns its exit status.
 */
export function reportError(thrown: unknown, report: ErrorReport): number {
  const error = firstError(thrown);
  const { args, stderr, signal } = report;
  const remains = isFlattenError(error) ? error.details.remains : undefined;
  if (signal.reason instanceof Interruption && typeof remains === "string") signal.reason.state = remains;
  const cause = signal.aborted ? signal.reason : (wrongUsage(error, report) ?? error);
  stderr.write(`${wantsJson(args) ? safeJson(errorJson(cause)) : errorText(cause)}\n`);
  return exitCode(cause);
}

/** The error of a run itself, if its resources then failed to be disposed: `await using` throws both as one. */
function firstError(error: unknown): unknown {
  return error instanceof Error && "suppressed" in error ? firstError(error.suppressed) : error;
}

/** The error for a result that could not be written to stdout. */
export function outputError(cause: NodeJS.ErrnoException): TransportError {
  const code = cause.code === "ENOSPC" || cause.code === "EDQUOT" ? "DISK_FULL" : "TRANSPORT_FAILED";
  return new TransportError(code, "the result could not be printed on stdout", { cause });
}

/** commander's error as a UsageError: its first line without `error: `, and its suggestion as the hint. */
function wrongUsage(error: unknown, { args, program }: ErrorReport): UsageError | undefined {
  if (!(error instanceof CommanderError) || program === undefined) return undefined;
  if (error.code === "commander.help") {
    return new UsageError("COMMAND_UNKNOWN", "no command was named", { details: { hint: helpHint(program.name()) } });
  }
  const [first = ""] = args;
  const code = error.code === "commander.unknownCommand" ? "COMMAND_UNKNOWN" : "ARGUMENT_INVALID";
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map((command) => command.name());
  const typed = code === "COMMAND_UNKNOWN" ? undefined : args.find((arg) => names.includes(arg));
  const helped = [program.name(), typed ?? []].flat().join(" ");
  const early = typed !== undefined && error.message.startsWith(`error: unknown option '${first}'`);
  const refusing = early ? undefined : commands.find((command) => command.name() === typed);
  const [message = "", similar] = withoutValue(error.message, refusing ?? program)
    .replace(/^error: /, "")
    .replace(/^command-argument value ('.*') is invalid for (argument '.*?')\./, "$2: $1 is invalid.")
    .split("\n");
  const suggestion = beginningHint(message, names) ?? similar?.replace(/^\((.*)\)$/, "$1");
  const hint = early ? `options come after the command: ${helped} OPTIONS` : (suggestion ?? helpHint(helped));
  return new UsageError(code, message, { details: { hint } });
}

/** Suggests the commands that start with the unknown one: by edit distance, commander suggests `cat` for `flat`. */
function beginningHint(message: string, commands: readonly string[]): string | undefined {
  const [, typed = ""] = /^unknown command '(.+)'$/s.exec(message) ?? [];
  const meant = typed === "" ? [] : commands.filter((command) => command.startsWith(typed)).sort();
  if (meant.length === 0) return undefined;
  return `Did you mean ${meant.length > 1 ? "one of " : ""}${meant.join(", ")}?`;
}

function helpHint(command: string): string {
  return `${command} --help shows what there is`;
}

function wantsJson(args: readonly string[]): boolean {
  return args.some((arg, index) => arg === "--format=json" || (arg === "--format" && args[index + 1] === "json"));
}
