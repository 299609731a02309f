import { connect } from "node:net";
import type { Surroundings } from "../surroundings.ts";

/**
 * Docker 25 and later tells its plugin to end by closing a socket, whose name stands in the environment: of the signals
 * it hands on only those of a terminal. https://github.com/docker/cli/blob/master/cli-plugins/socket/socket.go
 */
export function watchPluginSocket(env: Surroundings["env"], cancel: () => void): Disposable | undefined {
  const name = env.DOCKER_CLI_PLUGIN_SOCKET;
  if (name === undefined || name === "") return undefined;
  const socket = connect({ path: name.startsWith("@") ? `\0${name.slice(1)}` : name });
  socket.unref();
  socket.on("error", () => {}); // without the socket there are still the signals
  socket.once("connect", () => socket.once("close", cancel).resume());
  return {
    [Symbol.dispose]() {
      socket.off("close", cancel);
      socket.destroy();
    },
  };
}
