import type { EngineClient } from "../../src/transport/daemon/client.ts";
import { listImages } from "../../src/transport/daemon/images.ts";
import { TEMPORARY } from "../../src/transport/daemon/temporary-name.ts";

/**
 * The images of an engine, a line (`ID name`) for each name and for each image without one, as far as planish can be
 * who made them: those that have no name, or one that planish gives for a moment, or one of which `ours` says so.
 * Sorted, since engines list what was made in one second in any order.
 */
export async function listOurs(client: EngineClient, ours: (name: string) => boolean): Promise<string[]> {
  const lines = (await listImages(client)).flatMap(({ id, tags }) =>
    (tags.length === 0 ? [""] : tags)
      .filter((tag) => tag === "" || tag.includes(`${TEMPORARY}:`) || ours(tag))
      .map((tag) => `${id} ${tag}`),
  );
  return lines.toSorted();
}

/**
 * Tells what planish changed in an engine since the watch began: what came (`+`) or went (`-`) among the images of
 * {@link listOurs}, given names of images that are used. What others have loaded meanwhile is not asked about.
 */
export async function watchEngine(
  client: EngineClient,
  names: readonly string[] = [],
): Promise<() => Promise<readonly string[]>> {
  const ours = (tag: string): boolean => names.some((name) => tag === name || tag.endsWith(`/${name}`));
  const before = new Set(await listOurs(client, ours));
  return async () => {
    const after = new Set(await listOurs(client, ours));
    const came = [...after].filter((line) => !before.has(line)).map((line) => `+${line}`);
    return [...came, ...[...before].filter((line) => !after.has(line)).map((line) => `-${line}`)];
  };
}
