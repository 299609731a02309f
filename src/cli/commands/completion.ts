import { Argument, type Command } from "commander";
import { declareComplete } from "../completion/declare-complete.ts";
import type { Surroundings } from "../surroundings.ts";

/** Shells that a completion script exists for. */
const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const MORE = `
Load it from the file your shell reads at startup:
  bash  ~/.bashrc                   source <(planish completion bash)
  zsh   ~/.zshrc, after compinit    source <(planish completion zsh)
  fish  config.fish                 planish completion fish | source`;

/** Declares `planish completion`, and `__complete`, which its scripts call when Tab is pressed. */
export function declareCompletion(program: Command, surroundings: Surroundings): void {
  program
    .command("completion")
    .summary("print a script that completes planish's command line")
    .description("Prints a script for your shell that completes commands, options, images and paths.")
    .addArgument(new Argument("<shell>", "the shell to print it for").choices(SHELLS))
    .addHelpText("after", MORE)
    .action(async (shell: Shell) => {
      const { completionScript } = await import("../completion/completion-script.ts");
      surroundings.stdout.write(completionScript(shell));
    });
  declareComplete(program, surroundings, async () => {
    const { offerOperand } = await import("../completion/offer-operand.ts");
    return (operand) => offerOperand(operand, surroundings);
  });
}
