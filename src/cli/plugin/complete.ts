import type { Command, Option } from "commander";
import { imageNames } from "../../index.ts";
import { serverOptions } from "../actions/server-options.ts";
import type { ServerFlags } from "../commands/server-options.ts";
import type { Surroundings } from "../surroundings.ts";
import { escapeText } from "../text/escape.ts";

/** What a shell does when no candidate fits, in cobra's numbers. https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective */
const FILES = 0;
const NO_FILES = 4;
/** A completion that takes longer is worse than none. */
const PATIENCE_MS = 2000;

/**
 * Answers `__complete flatten WORD… BEGINNING` as cobra does: a candidate a line, with a tabulator before its description, then what the shell does besides.
 * A daemon that does not answer has no images.
 */
export async function complete(
  command: Command,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<string> {
  const typed = words.slice(1, -1);
  const beginning = words.at(-1) ?? "";
  const { candidates, directive } = await offer({ command, typed, beginning }, surroundings);
  const fitting = candidates.filter((candidate) => candidate.startsWith(beginning));
  return [...fitting, `:${directive}`, ""].join("\n");
}

interface Completion {
  readonly command: Command;
  /** Whole words after the command. */
  readonly typed: readonly string[];
  readonly beginning: string;
}

interface Offer {
  readonly candidates: readonly string[];
  readonly directive: number;
}

async function offer({ command, typed, beginning }: Completion, surroundings: Surroundings): Promise<Offer> {
  const previous = command.options.find((option) => option.required && isCalled(option, typed.at(-1)));
  if (previous !== undefined) {
    const { argChoices } = previous;
    return { candidates: argChoices ?? [], directive: argChoices === undefined ? FILES : NO_FILES };
  }
  if (beginning.startsWith("-")) return { candidates: visible(command).map(describe), directive: NO_FILES };
  const { operands } = command.parseOptions([...typed]);
  const candidates = operands.length > 1 ? [] : await namesOfImages(command.opts(), surroundings);
  return { candidates, directive: NO_FILES };
}

function isCalled({ long, short }: Option, word: string | undefined): boolean {
  return word !== undefined && (word === long || word === short);
}

function visible({ options }: Command): Option[] {
  return options.filter(({ hidden, long }) => !hidden && long !== undefined);
}

function describe({ long, description }: Option): string {
  return `${long}\t${description}`;
}

async function namesOfImages(flags: ServerFlags, surroundings: Surroundings): Promise<readonly string[]> {
  const { creds: _, credsStdin: _stdin, ...daemon } = flags;
  try {
    const signal = AbortSignal.any([surroundings.signal, AbortSignal.timeout(PATIENCE_MS)]);
    return (await imageNames({ ...(await serverOptions(daemon, surroundings)), signal })).map(escapeText);
  } catch {
    return [];
  }
}
