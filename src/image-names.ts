import { checkArguments } from "./check-values.ts";
import { inStage } from "./errors.ts";
import type { RunOptions } from "./flatten-options.ts";
import { startRun } from "./run.ts";
import { listImages } from "./transport/daemon/images.ts";
import { connectDocker, connectPodman } from "./transport/daemon/open-engine.ts";

/**
 * The names of all images of an engine, sorted, for command-line completion.
 * @throws TransportError DAEMON_UNREACHABLE, TRANSPORT_FAILED; UsageError ARGUMENT_INVALID
 */
export async function imageNames(
  engine: "docker-daemon" | "podman",
  options: RunOptions = {},
): Promise<readonly string[]> {
  checkArguments({ engine });
  await using run = startRun(options, {});
  const { docker = {}, podman = {} } = options;
  return await inStage("open", async () => {
    const connecting = engine === "podman" ? connectPodman(podman, run.context) : connectDocker(docker, run.context);
    const client = await connecting;
    return (await listImages(client)).flatMap(({ tags }) => tags).sort();
  });
}
