import type { EngineClient } from "../../src/transport/daemon/client.ts";
import { listImages } from "../../src/transport/daemon/images.ts";
import { TEMPORARY } from "../../src/transport/daemon/temporary-name.ts";

/**
 * The images of an engine that planish may have made, one line (`ID name`) per name, or per image without a name: those
 * without a name, with a temporary name of planish, or with a name that `ours` accepts. Sorted, since engines list
 * images created in the same second in any order.
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
 * Returns what planish changed in an engine since the watch began: additions (`+`) and removals (`-`) among the images
 * of {@link listOurs}. Images that other tests load meanwhile are ignored.
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
