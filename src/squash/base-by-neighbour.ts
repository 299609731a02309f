import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import type { ListedImage } from "../images/images-result.ts";
import { listPlace } from "../images/list-place.ts";
import { parsePlace } from "../transport/place.ts";
import { isStdio, type Reference } from "../transport/reference.ts";
import type { Servers } from "../transport/servers.ts";
import type { FoundBase } from "./found-base.ts";
import { isBaseOf } from "./is-base-of.ts";

/** An image from the same place as another one. */
export type Neighbour = Pick<ListedImage, "names" | "id" | "digest" | "layers">;

/**
 * Lists the images of the engine, the layout or the archive that a reference is in; none for a root filesystem. A
 * registry is not asked: that would take two requests per tag, and a base is seldom in the same repository.
 * @throws what listing throws
 */
export async function listNeighbours(
  reference: Reference,
  servers: Servers,
  context: Context,
): Promise<readonly Neighbour[]> {
  const text = placeOf(reference);
  if (text === undefined) return [];
  const place = parsePlace(text);
  const asked = { servers, filter: {}, withoutSizes: true };
  if (place.kind === "engine") {
    const { listEngine } = await import("../images/list-engine.ts");
    return (await listEngine(place, asked, context)).found;
  }
  return (await listPlace(place, asked, context)).found;
}

function placeOf(reference: Reference): string | undefined {
  switch (reference.transport) {
    case "docker-daemon":
    case "container":
      return "docker-daemon";
    case "podman":
    case "podman-container":
      return "podman";
    case "docker":
    case "rootfs":
      return undefined;
    default:
      return isStdio(reference) ? undefined : `${reference.transport}:${reference.path}`;
  }
}

/**
 * The neighbour with the most layers among those whose layers the image starts with, and has more. Among equals, the
 * one whose name comes first.
 */
export function baseByNeighbour(image: Image, neighbours: readonly Neighbour[]): FoundBase | undefined {
  const fitting = neighbours.filter(
    (neighbour) => neighbour.layers.length < image.layers.length && isBaseOf(neighbour, image),
  );
  const [best] = fitting.toSorted((a, b) => b.layers.length - a.layers.length || compare(nameOf(a), nameOf(b)));
  if (best === undefined) return undefined;
  return { layers: best.layers.length, how: "neighbour", name: nameOf(best), digest: best.digest };
}

function nameOf({ names, id }: Neighbour): string {
  return names.toSorted(compare)[0] ?? id;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
