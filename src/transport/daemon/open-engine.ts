import type { Context } from "../../context.ts";
import { connectEngine, type EngineClient } from "./client.ts";
import { type DaemonOptions, dockerEndpoint, podmanEndpoint } from "./endpoint.ts";

/**
 * Connects to Docker at the endpoint that its own command line would use.
 * @throws UsageError ARGUMENT_INVALID; TransportError DAEMON_UNREACHABLE, SOURCE_NOT_FOUND
 */
export async function connectDocker(options: DaemonOptions, context: Pick<Context, "signal">): Promise<EngineClient> {
  return connectEngine("docker", await dockerEndpoint(options), context.signal);
}

/**
 * Connects to podman's Docker-compatible socket: host, `CONTAINER_HOST`, else this user's default socket.
 * @throws UsageError ARGUMENT_INVALID; TransportError DAEMON_UNREACHABLE
 */
export async function connectPodman(
  options: Pick<DaemonOptions, "host">,
  context: Pick<Context, "signal">,
): Promise<EngineClient> {
  return connectEngine("podman", podmanEndpoint(options.host), context.signal);
}
