import { imageNames } from "../../index.ts";
import { serverOptions } from "../actions/server-options.ts";
import type { ServerFlags } from "../commands/server-options.ts";
import type { Surroundings } from "../surroundings.ts";
import { escapeText } from "../text/escape.ts";

/** After this time completion gives up: no candidates are better than late ones. */
const PATIENCE_MS = 2000;

/** The names of an engine's images; empty if the engine does not answer in time or at all. */
export async function imageCandidates(
  engine: "docker-daemon" | "podman",
  flags: ServerFlags,
  surroundings: Surroundings,
): Promise<readonly string[]> {
  const { creds: _, credsStdin: _stdin, ...servers } = flags;
  try {
    const signal = AbortSignal.any([surroundings.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const options = { ...(await serverOptions(servers, surroundings)), signal };
    return (await imageNames(engine, options)).map(escapeText);
  } catch {
    return [];
  }
}
