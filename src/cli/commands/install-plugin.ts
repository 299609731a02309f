import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";

/** The options of `planish install-plugin`, as parsed by commander. */
export interface InstallPluginFlags {
  readonly dir?: string;
  readonly force?: boolean;
  readonly uninstall?: boolean;
}

const MORE = `
Afterwards docker flatten IMAGE [TARGET] works, and docker --help lists it.`;

/** Declares `planish install-plugin`. */
export function declareInstallPlugin(program: Command, surroundings: Surroundings): void {
  program
    .command("install-plugin")
    .summary("make docker flatten work")
    .description("Writes DIR/docker-flatten, a short script that starts this planish with this Node.js.")
    .option("--dir <dir>", "where docker looks for plugins (default: cli-plugins in DOCKER_CONFIG, else in ~/.docker)")
    .option("-f, --force", "replace a docker-flatten that is not planish's")
    .option("--uninstall", "remove the script instead")
    .addHelpText("after", MORE)
    .action(async (flags: InstallPluginFlags) => {
      const { runInstallPlugin } = await import("../actions/install-plugin.ts");
      await runInstallPlugin(flags, surroundings);
    });
}
