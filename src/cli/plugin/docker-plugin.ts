import { type Door, main } from "../main.ts";
import { pluginArgs } from "./plugin-args.ts";
import { createPluginProgram } from "./plugin-program.ts";
import { watchPluginSocket } from "./plugin-socket.ts";

/** The way in that `docker flatten` takes. */
export const DOCKER_PLUGIN: Door = { name: "docker", createProgram: createPluginProgram, watch: watchPluginSocket };

/** Runs as a plugin of docker's command line, on the words that docker was given. */
export function dockerPlugin(args: readonly string[]): Promise<void> {
  return main(pluginArgs(args), DOCKER_PLUGIN);
}
