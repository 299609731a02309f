import { isFlattenError, TransportError } from "../../errors.ts";
import { leftBehind } from "../left-behind.ts";
import { listed } from "../listed.ts";
import { patient } from "../patient.ts";
import { completing, drain, type EngineClient } from "./client.ts";
import { encodeName, listImages } from "./images.ts";
import { isLeftover, TEMPORARY } from "./temporary-name.ts";

/** A name that is given to an image. */
export interface TagMove {
  readonly tag: string;
  /** ID of the image that had the name; undefined if there was none. */
  readonly before: string | undefined;
}

/**
 * Runs `work`, which adds to `begun` each name before it gives it to an image. If it fails, these names go back to
 * where they were; `details.remains` of the error says which the engine did not put back.
 * @throws what `work` throws; TransportError TRANSPORT_FAILED if a name could not be put back
 */
export async function allOrNone(client: EngineClient, work: (begun: TagMove[]) => Promise<void>): Promise<void> {
  const begun: TagMove[] = [];
  try {
    await work(begun);
  } catch (error) {
    const stuck = await putBack(client, begun);
    if (stuck.length === 0) throw error;
    const remains = `${client.engine} did not put back ${listed(stuck)}: the new image may have the name`;
    throw leftBehind(error, remains);
  }
}

/** Returns what could not be put back, with the image that had the name. */
async function putBack(client: EngineClient, moves: readonly TagMove[]): Promise<string[]> {
  const stuck: string[] = [];
  const patient = completing(client, AbortSignal.timeout(PUT_BACK_MS));
  for (const { tag, before } of moves.toReversed()) {
    const put = before === undefined ? untag(patient, tag) : tagImage(patient, before, tag);
    await put.catch((error: unknown) => {
      if (isFlattenError(error) && error.code === "SOURCE_NOT_FOUND" && before === undefined) return;
      stuck.unshift(before === undefined ? tag : `${tag} (before: ${before})`);
    });
  }
  return stuck;
}

/** Gives an image another name; an image that had the name loses it and stays. */
export async function tagImage(client: EngineClient, image: string, tag: string): Promise<void> {
  const colon = tag.lastIndexOf(":");
  const query = { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) };
  await drain((await client.request({ method: "POST", path: `/images/${encodeName(image)}/tag`, query })).body);
}

/** Removes a name, and the image if it has no other; `noprune` keeps the parents of the image. */
async function untag(client: EngineClient, tag: string): Promise<void> {
  const query = { force: "1", noprune: "1" };
  await drain((await client.request({ method: "DELETE", path: `/images/${encodeName(tag)}`, query })).body);
}

/**
 * Removes a temporary name, and the image if it has no other name; also after an abort of `run`, which is then waited
 * for as {@link patient} says. An error of the engine is ignored, so that it does not hide the error of the run: the
 * next run removes the name.
 */
export async function removeTemporary(client: EngineClient, tag: string, run: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([AbortSignal.timeout(CLEAN_UP_MS), patient(run)]);
  try {
    await untag(completing(client, signal), tag);
  } catch (error) {
    if (!(error instanceof TransportError || signal.aborted)) throw error;
  }
}

/**
 * Removes the temporary names that killed runs left behind; {@link isLeftover} tells them from those of running ones.
 */
export async function removeLeftovers(client: EngineClient, run: AbortSignal): Promise<void> {
  const images = await listImages(client, TEMPORARY);
  const tags = images.flatMap((image) => image.tags);
  for (const tag of tags.filter((each) => isLeftover(each))) {
    run.throwIfAborted();
    await removeTemporary(client, tag, run);
  }
}

const CLEAN_UP_MS = 30_000;
const PUT_BACK_MS = 10_000;
