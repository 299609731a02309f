import { type Door, main } from "../main.ts";
import { pluginArgs } from "./plugin-args.ts";
import { createPluginProgram } from "./plugin-program.ts";
import { watchPluginSocket } from "./plugin-socket.ts";

/** The entry point of `docker flatten`. */
export const DOCKER_PLUGIN: Door = { createProgram: createPluginProgram, watch: watchPluginSocket };

/** Runs as a docker CLI plugin, with the arguments that docker passes. */
export function dockerPlugin(args: readonly string[]): Promise<void> {
  return main(pluginArgs(args), DOCKER_PLUGIN);
}
