import { ReferenceInvalidError, TransportError } from "../../errors.ts";
import { parseImageName } from "../image-name.ts";
import { listed } from "../listed.ts";
import type { EngineClient, EngineName } from "./client.ts";
import { type EngineImageDetails, inspectImage, listImages } from "./images.ts";
import { isTypedId } from "./typed-name.ts";

/**
 * Looks up an image of an engine by what was typed: a name, a digest, an ID or the beginning of one.
 * @throws ReferenceInvalidError REFERENCE_INVALID for an invalid name, and for the beginning of several IDs, which an
 * engine reports as not found
 * @throws TransportError SOURCE_NOT_FOUND
 */
export async function lookUpImage(client: EngineClient, text: string): Promise<EngineImageDetails> {
  if (!isTypedId(text)) parseImageName(text);
  try {
    return await inspectImage(client, text);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await refuseSeveral(client, text);
    error.details = { hint: HINTS[client.engine], ...error.details };
    throw error;
  }
}

const HINTS: Readonly<Record<EngineName, string>> = {
  docker: "planish images docker-daemon lists what is there; an image in a registry is docker://NAME",
  podman: "planish images podman lists what is there; an image in a registry is docker://NAME",
};

/** As {@link lookUpImage}, but undefined if there is no such image. */
export async function findTypedImage(client: EngineClient, text: string): Promise<EngineImageDetails | undefined> {
  try {
    return await lookUpImage(client, text);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): error is TransportError {
  return error instanceof TransportError && error.code === "SOURCE_NOT_FOUND";
}

async function refuseSeveral(client: EngineClient, text: string): Promise<void> {
  if (!isTypedId(text)) return;
  const beginning = text.replace("sha256:", "");
  const ids = (await listImages(client)).map(({ id }) => id.replace("sha256:", ""));
  const candidates = [...new Set(ids)].filter((id) => id.startsWith(beginning)).toSorted();
  if (candidates.length < 2) return;
  throw new ReferenceInvalidError(
    `${JSON.stringify(text)} is the beginning of the IDs of ${candidates.length} images of ${client.engine}`,
    { details: { hint: `type more of one: ${listed(candidates.map((id) => id.slice(0, 12)))}` } },
  );
}
