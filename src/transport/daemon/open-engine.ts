import type { Context } from "../../context.ts";
import { connectEngine, type EngineClient } from "./client.ts";
import { type DaemonOptions, dockerEndpoint, podmanEndpoint } from "./endpoint.ts";

/**
 * Reaches Docker where its own command line would: host, context, `DOCKER_HOST`, the current context, the default
 * socket.
 * @throws UsageError ARGUMENT_INVALID; TransportError DAEMON_UNREACHABLE, SOURCE_NOT_FOUND
 */
export async function connectDocker(options: DaemonOptions, context: Pick<Context, "signal">): Promise<EngineClient> {
  return connectEngine("docker", await dockerEndpoint(options), context.signal);
}

/**
 * Reaches podman's Docker-compatible socket: host, `CONTAINER_HOST`, this user's socket.
 * @throws UsageError ARGUMENT_INVALID; TransportError DAEMON_UNREACHABLE
 */
export async function connectPodman(
  options: Pick<DaemonOptions, "host">,
  context: Pick<Context, "signal">,
): Promise<EngineClient> {
  return connectEngine("podman", podmanEndpoint(options.host), context.signal);
}
