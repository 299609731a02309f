import { readFileSync } from "node:fs";
import { type Argument, Command, type Option } from "commander";
import { declareAnalyze } from "./commands/analyze.ts";
import { declareCat } from "./commands/cat.ts";
import { declareCompletion } from "./commands/completion.ts";
import { declareCopy } from "./commands/copy.ts";
import { declareDemo } from "./commands/demo.ts";
import { declareDiff } from "./commands/diff.ts";
import { declareExplain } from "./commands/explain.ts";
import { declareExport } from "./commands/export.ts";
import { declareFlatten } from "./commands/flatten.ts";
import { declareFsdigest } from "./commands/fsdigest.ts";
import { declareHelp } from "./commands/help.ts";
import { declareHistory } from "./commands/history.ts";
import { declareImages } from "./commands/images.ts";
import { declareImport } from "./commands/import.ts";
import { declareInspect } from "./commands/inspect.ts";
import { declareInstallPlugin } from "./commands/install-plugin.ts";
import { declareLs } from "./commands/ls.ts";
import { declareReport } from "./commands/report.ts";
import { declareTree } from "./commands/tree.ts";
import { declareUi } from "./commands/ui.ts";
import { declareVerify } from "./commands/verify.ts";
import type { Surroundings } from "./surroundings.ts";

const EXAMPLES = `
Start here:
  $ planish demo
  $ docker save app:1.0 -o app.tar
  $ planish flatten app.tar docker-archive:flat.tar -t app:flat
  $ docker load -i flat.tar

Exit status:
  0   done                  4   reading or writing failed   69  Node.js too old
  2   wrong usage           5   limit exceeded              70  bug in planish
  3   bad image             7   a check was not met         129, 130, 131, 143
                                                                interrupted`;

/**
 * The command line as a commander program: declares every command and option. The code of a command is loaded only when
 * it runs, so that `--help` is fast. Throws CommanderError instead of exiting, and does not print errors.
 */
export function createProgram(surroundings: Surroundings): Command {
  const program = createRoot("planish", surroundings)
    .description("Flattens container images: many layers in, one exact layer out, nothing lost.")
    .usage("COMMAND [options]")
    .version(packageVersion(), "--version", "print the version")
    .helpOption("-h, --help", "show this help, or that of a command")
    .enablePositionalOptions()
    .addHelpText("after", EXAMPLES);
  for (const declare of COMMANDS) declare(program, surroundings);
  return program;
}

const COMMANDS = [
  declareFlatten,
  declareCopy,
  declareExport,
  declareImport,
  declareImages,
  declareAnalyze,
  declareVerify,
  declareFsdigest,
  declareHistory,
  declareInspect,
  declareDiff,
  declareExplain,
  declareLs,
  declareTree,
  declareCat,
  declareReport,
  declareUi,
  declareDemo,
  declareInstallPlugin,
  declareCompletion,
  declareHelp,
];

/** A program without commands, configured like {@link createProgram}. */
export function createRoot(name: string, { stdout }: Surroundings): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: () => {}, outputError: () => {} })
    .configureHelp({
      optionDescription: describe,
      argumentDescription: describe,
      subcommandTerm: (command) => command.name(),
    })
    .showSuggestionAfterError()
    .hook("preAction", async (root, command) => {
      for (const each of new Set([root, command])) await refuseEmptyPaths(each);
    });
}

/**
 * Refuses an empty value of what the help calls a path, by the name that was typed: the library, which refuses it too,
 * knows `--authfile` only as `registry.authFile`.
 */
async function refuseEmptyPaths(command: Command): Promise<void> {
  const isEmpty = (option: Option) => [command.getOptionValue(option.attributeName())].flat().includes("");
  const empty = command.options.find((option) => /<(?:path|dir|file)>$/.test(option.flags) && isEmpty(option));
  if (empty === undefined) return;
  const { namedPath } = await import("./option-values.ts");
  namedPath(empty.long ?? empty.flags)("");
}

/** Lists choices without the quotes that commander puts around each, which are hard to read in a narrow column. */
function describe({ description, argChoices, defaultValue }: Option | Argument): string {
  const facts = [argChoices?.join("|"), defaultValue === undefined ? undefined : `default: ${defaultValue}`];
  const known = facts.filter((fact) => fact !== undefined);
  return known.length === 0 ? description : `${description} (${known.join(", ")})`;
}

/** The version in package.json, which is two folders up from both src/cli and dist/cli. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
