import { TransportError } from "../../errors.ts";
import type { EngineClient } from "./client.ts";
import { encodeName, listImages } from "./images.ts";
import { isLeftover, TEMPORARY } from "./temporary-name.ts";

/** Gives an image another name; an image that had the name loses it and stays. */
export async function tagImage(client: EngineClient, image: string, tag: string): Promise<void> {
  const colon = tag.lastIndexOf(":");
  const query = { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) };
  await client.request({ method: "POST", path: `/images/${encodeName(image)}/tag`, query });
}

/**
 * Removes a temporary name, and the image if it has no other name; also after the run was aborted. An error of the
 * engine is ignored, so that it does not hide the error of the run: the next run removes the name.
 */
export async function removeTemporary(client: EngineClient, tag: string): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  try {
    // `noprune` keeps the parents of the image.
    const query = { force: "1", noprune: "1" };
    await client.request({ method: "DELETE", path: `/images/${encodeName(tag)}`, query, signal });
  } catch (error) {
    if (!(error instanceof TransportError || signal.aborted)) throw error;
  }
}

/**
 * Removes the temporary names that killed runs left behind; {@link isLeftover} tells them from those of running ones.
 */
export async function removeLeftovers(client: EngineClient): Promise<void> {
  const images = await listImages(client, TEMPORARY);
  const tags = images.flatMap((image) => image.tags);
  for (const tag of tags.filter((each) => isLeftover(each))) await removeTemporary(client, tag);
}

const CLEAN_UP_MS = 30_000;
