import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import type { OfferOperand } from "./complete.ts";

/**
 * Declares the hidden command `__complete`, which shell scripts and docker's command line call when Tab is pressed.
 * `load` imports the completion of arguments, only when needed.
 */
export function declareComplete(
  program: Command,
  { stdout }: Pick<Surroundings, "stdout">,
  load: () => Promise<OfferOperand>,
): void {
  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .helpOption(false)
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (words: readonly string[]) => {
      const { complete } = await import("./complete.ts");
      stdout.write(await complete(program, words, await load()));
    });
}
