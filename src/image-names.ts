import { inStage } from "./errors.ts";
import type { RunOptions } from "./flatten-options.ts";
import { startRun } from "./run.ts";
import { listImages } from "./transport/daemon/images.ts";
import { connectDocker } from "./transport/daemon/open-engine.ts";

/**
 * The names of all images of Docker, sorted, as a completion of the command line offers them.
 * @throws TransportError DAEMON_UNREACHABLE, TRANSPORT_FAILED; UsageError ARGUMENT_INVALID for a daemon that cannot be
 */
export async function imageNames(options: RunOptions = {}): Promise<readonly string[]> {
  await using run = startRun(options);
  return inStage("open", async () => {
    const client = await connectDocker(options.docker ?? {}, run.context);
    return (await listImages(client)).flatMap(({ tags }) => tags).sort();
  });
}
