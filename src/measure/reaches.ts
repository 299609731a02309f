import { TransportError } from "../errors.ts";
import type { EngineClient } from "../transport/daemon/client.ts";
import { temporaryTag } from "../transport/daemon/temporary-name.ts";
import { pull } from "./engine-round.ts";
import type { LoopbackRegistry } from "./loopback-registry.ts";

/**
 * Whether an engine can reach a registry on the loopback address of this machine, which it cannot from a virtual
 * machine or another network namespace. The engine is told to pull an image that does not exist; the registry then
 * notices whether it is asked.
 */
export async function reaches(client: EngineClient, registry: LoopbackRegistry): Promise<boolean> {
  try {
    await pull(client, `${registry.host}/${temporaryTag("load")}`);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
  }
  return registry.wasAsked;
}
