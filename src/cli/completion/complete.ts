import type { Argument, Command, Option } from "commander";
import type { ServerFlags } from "../commands/server-options.ts";
import { FILES, NO_FILES, type Offer } from "./offer.ts";
import { offerPaths } from "./offer-paths.ts";

/**
 * An argument to complete: its declaration, what is typed of it, and the options typed so far, which name servers.
 */
export interface Operand {
  readonly argument: Argument;
  readonly beginning: string;
  readonly flags: ServerFlags;
}

/** Returns candidates for an argument. */
export type OfferOperand = (operand: Operand) => Offer | Promise<Offer>;

/**
 * Answers `__complete COMMAND WORD… BEGINNING` as cobra does. Docker's command line uses this protocol, and so do
 * planish's own shell scripts: a candidate per line, with a tab before its description, then `:` and the directive.
 */
export async function complete(program: Command, words: readonly string[], operand: OfferOperand): Promise<string> {
  const beginning = words.at(-1) ?? "";
  const { candidates, directive } = await offer({ program, typed: words.slice(0, -1), beginning }, operand);
  const fitting = candidates.filter((candidate) => candidate.startsWith(beginning));
  return [...fitting, `:${directive}`, ""].join("\n");
}

interface Completion {
  readonly program: Command;
  /** Whole words after the program's name. */
  readonly typed: readonly string[];
  readonly beginning: string;
}

function offer({ program, typed, beginning }: Completion, operand: OfferOperand): Offer | Promise<Offer> {
  const [name, ...after] = typed;
  const listed = program.createHelp().visibleCommands(program);
  if (name === undefined && beginning.startsWith("-")) return optionsOf(program);
  if (name === undefined || (name === "help" && after.length === 0)) {
    return {
      candidates: listed.map((each) => `${each.name()}\t${each.summary() || each.description()}`),
      directive: NO_FILES,
    };
  }
  const command = program.commands.find((each) => each.name() === name);
  return command === undefined ? NOTHING : offerInside({ command, typed: after, beginning }, operand);
}

interface Inside {
  readonly command: Command;
  /** Whole words after the command. */
  readonly typed: readonly string[];
  readonly beginning: string;
}

function offerInside({ command, typed, beginning }: Inside, operand: OfferOperand): Offer | Promise<Offer> {
  const [, flag, together] = /^(--[^=]+)(=)/.exec(beginning) ?? [];
  const option = command.options.find((each) => each.required && isCalled(each, flag ?? typed.at(-1)));
  if (option !== undefined) return valuesOf(option, together === undefined ? "" : `${flag}=`, beginning);
  if (beginning.startsWith("-")) return optionsOf(command);
  const { operands } = command.parseOptions([...typed]);
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[operands.length] ?? (last?.variadic ? last : undefined);
  return argument === undefined ? NOTHING : operand({ argument, beginning, flags: command.opts() });
}

const NOTHING: Offer = { candidates: [], directive: NO_FILES };

function isCalled({ long, short }: Option, word: string | undefined): boolean {
  return word !== undefined && (word === long || word === short);
}

/** Shells complete paths themselves, but not after `--option=`. */
function valuesOf({ argChoices, flags }: Option, before: string, beginning: string): Offer | Promise<Offer> {
  if (argChoices !== undefined) return { candidates: argChoices.map((each) => before + each), directive: NO_FILES };
  if (!/<(?:path|dir|file)>/.test(flags)) return NOTHING;
  if (before === "") return { candidates: [], directive: FILES };
  return offerPaths(before, beginning.slice(before.length));
}

function optionsOf({ options }: Command): Offer {
  const shown = options.filter(({ hidden, long }) => !hidden && long !== undefined);
  return { candidates: shown.map(({ long, description }) => `${long}\t${description}`), directive: NO_FILES };
}
