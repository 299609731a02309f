import { TransportError } from "../errors.ts";
import type { EngineClient } from "../transport/daemon/client.ts";
import { temporaryTag } from "../transport/daemon/temporary-name.ts";
import { pull } from "./engine-round.ts";
import type { LoopbackRegistry } from "./loopback-registry.ts";

/**
 * Tells whether an engine reaches a registry on the loopback address: one in a machine or a network namespace of its
 * own has another. It is asked to pull what there is not, and the registry, if it is reached, hears of it.
 */
export async function reaches(client: EngineClient, registry: LoopbackRegistry): Promise<boolean> {
  try {
    await pull(client, `${registry.host}/${temporaryTag("load")}`);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
  }
  return registry.wasAsked;
}
