import type { Command } from "commander";

/** Declares `planish help`. For an unknown command it gives the same error as typing it; commander's own does not. */
export function declareHelp(program: Command): void {
  program
    .helpCommand(false)
    .command("help")
    .summary("show the help of a command")
    .argument("[command]", "the command")
    .action(async (name?: string) => {
      const command = name === undefined ? program : program.commands.find((each) => each.name() === name);
      if (command === undefined) await program.parseAsync([name as string], { from: "user" });
      else command.help();
    });
}
