import type { Command } from "commander";

/** Declares `planish help`. Of an unknown command it tells what is told where that is typed; commander's does not. */
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
