import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { engineSet, enginesMissing, startEngines } from "../test/support/engines/engine-set.ts";
import { startRegistry } from "../test/support/registry/registry-server.ts";
import type { Workbench } from "./subjects/subject.ts";

/**
 * Starts an empty Docker 20.10 and an empty registry; podman, buildah and umoci need no daemon. Throws if the machine
 * cannot run them.
 */
export async function openWorkbench(): Promise<Workbench & AsyncDisposable> {
  const missing = enginesMissing();
  if (missing !== undefined) throw new Error(missing);
  const open = await startEngines(["docker20"]);
  const { namespace } = open;
  const registry = await startRegistry();
  const folder = join(namespace.state, "bench");
  await mkdir(folder);
  return {
    namespace,
    folder,
    engines: engineSet(namespace),
    registry: registry.host,
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]();
      await open[Symbol.asyncDispose]();
    },
  };
}
