import { connect } from "node:net";
import type { Surroundings } from "../surroundings.ts";

/**
 * Docker 25 and later ends a plugin by closing a socket, named in the environment: it does not forward signals that
 * only docker itself receives. https://github.com/docker/cli/blob/master/cli-plugins/socket/socket.go
 */
export function watchPluginSocket(env: Surroundings["env"], cancel: () => void): Disposable | undefined {
  const name = env.DOCKER_CLI_PLUGIN_SOCKET;
  if (name === undefined || name === "") return undefined;
  const socket = connect({ path: name.startsWith("@") ? `\0${name.slice(1)}` : name });
  socket.unref();
  socket.on("error", () => {}); // signals work without the socket
  socket.once("connect", () => socket.once("close", cancel).resume());
  return {
    [Symbol.dispose]() {
      socket.off("close", cancel);
      socket.destroy();
    },
  };
}
