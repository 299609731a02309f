import { randomBytes } from "node:crypto";
import { TransportError } from "../../errors.ts";
import type { EngineClient } from "./client.ts";
import { encodeName, listImages } from "./images.ts";

/** Repository of the names that planish gives for a moment; whatever is found under it is a leftover. */
const TEMPORARY = "planish-temporary";

/** A name that no other run uses; `purpose` tells a person what it was for. */
export function temporaryTag(purpose: string): string {
  return `${TEMPORARY}:${purpose}-${randomBytes(6).toString("hex")}`;
}

/** Gives an image another name, which leaves the image that had it. */
export async function tagImage(client: EngineClient, image: string, tag: string): Promise<void> {
  const colon = tag.lastIndexOf(":");
  const query = { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) };
  await client.request({ method: "POST", path: `/images/${encodeName(image)}/tag`, query });
}

/** Removes a name that planish gave, and the image when it has no other; also after the run was aborted. That it is gone already is success. */
export async function removeTag(client: EngineClient, tag: string): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  try {
    // `noprune`: what the image was made from is not ours to remove.
    const query = { force: "1", noprune: "1" };
    await client.request({ method: "DELETE", path: `/images/${encodeName(tag)}`, query, signal });
  } catch (error) {
    if (!(error instanceof TransportError && error.code === "SOURCE_NOT_FOUND")) throw error;
  }
}

/** Removes what killed runs left behind: temporary names of images that are older than a day, so that no run at work loses its own. */
export async function removeLeftovers(client: EngineClient): Promise<void> {
  const limit = Date.now() / 1000 - LEFTOVER_SECONDS;
  for (const { tags, created } of await listImages(client)) {
    const leftovers = tags.filter((tag) =>
      tag.replace(/^(docker\.io\/library|localhost)\//, "").startsWith(`${TEMPORARY}:commit-`),
    );
    if (created < limit) for (const tag of leftovers) await removeTag(client, tag);
  }
}

const CLEAN_UP_MS = 30_000;
const LEFTOVER_SECONDS = 24 * 60 * 60;
