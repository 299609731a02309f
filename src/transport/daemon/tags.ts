import { TransportError } from "../../errors.ts";
import type { EngineClient } from "./client.ts";
import { encodeName, listImages } from "./images.ts";
import { isLeftover, TEMPORARY } from "./temporary-name.ts";

/** Gives an image another name, which leaves the image that had it. */
export async function tagImage(client: EngineClient, image: string, tag: string): Promise<void> {
  const colon = tag.lastIndexOf(":");
  const query = { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) };
  await client.request({ method: "POST", path: `/images/${encodeName(image)}/tag`, query });
}

/**
 * Removes a temporary name, and the image when it has no other; also after the run was aborted. Where the engine does
 * not do it, because it has died, say, the name is left for the next run to remove: what became of this one is to be
 * told, not that.
 */
export async function removeTemporary(client: EngineClient, tag: string): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  try {
    // `noprune`: what the image was made from is not ours to remove.
    const query = { force: "1", noprune: "1" };
    await client.request({ method: "DELETE", path: `/images/${encodeName(tag)}`, query, signal });
  } catch (error) {
    if (!(error instanceof TransportError || signal.aborted)) throw error;
  }
}

/**
 * Removes what killed runs left behind under temporary names, as {@link isLeftover} tells them from what a run at work
 * has.
 */
export async function removeLeftovers(client: EngineClient): Promise<void> {
  const images = await listImages(client, TEMPORARY);
  const tags = images.flatMap((image) => image.tags);
  for (const tag of tags.filter((each) => isLeftover(each))) await removeTemporary(client, tag);
}

const CLEAN_UP_MS = 30_000;
