import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import type { OfferOperand } from "./complete.ts";

/**
 * Declares what shells and docker's command line ask when somebody presses the tabulator, hidden from people. `load`
 * gives what knows the arguments, once it is asked for.
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
