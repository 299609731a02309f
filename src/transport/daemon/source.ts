import { createFile } from "../../bytes/file-writer.ts";
import type { Context } from "../../context.ts";
import { TransportError } from "../../errors.ts";
import { startStage } from "../../progress/stage-progress.ts";
import type { Source } from "../contracts.ts";
import { openDockerArchive } from "../docker-archive/source.ts";
import { engineSource } from "../engine-source.ts";
import { type NamedReference, reference } from "../reference.ts";
import type { EngineClient } from "./client.ts";
import { tagMeant } from "./image-tags.ts";
import { viewOf } from "./images.ts";
import { lookUpImage } from "./look-up-image.ts";
import { SavedWhenRead } from "./saved-when-read.ts";

/**
 * Opens an image of an engine, named by tag, digest, ID or the unique beginning of one: what `save` gives, kept once in scratch and read there. `names` is empty when it was not
 * asked for by name. Nothing is saved before it is read, so that a run that is refused for its destination has cost nothing.
 * @throws ReferenceInvalidError REFERENCE_INVALID; TransportError SOURCE_NOT_FOUND, and its methods TRANSPORT_FAILED, DISK_FULL and what `openDockerArchive` throws
 */
export async function openDaemonSource(from: NamedReference, client: EngineClient, context: Context): Promise<Source> {
  const { id, tags } = await lookUpImage(client, from.name);
  const tag = tagMeant(tags, from.name);
  const save = async (): Promise<Source> => {
    const path = await saveImages(client, [tag ?? id], context);
    return openDockerArchive(reference("docker-archive", path), context);
  };
  const view = await viewOf(client);
  return engineSource(new SavedWhenRead(save), { reference: from, names: tag === undefined ? [] : [tag], view });
}

/**
 * Saves images of an engine to one archive in scratch and returns its path.
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL
 */
export async function saveImages(client: EngineClient, names: readonly string[], context: Context): Promise<string> {
  const path = await context.scratch.path("saved.tar");
  const stage = startStage((event) => context.report(event), { stage: "open", label: `${client.engine} save` });
  await using file = await createFile(path, { signal: context.signal, side: "scratch", mode: 0o600 });
  let end: Uint8Array = new Uint8Array();
  await client.download({ path: "/images/get", query: { names } }, file, (piece) => {
    stage.advance(piece.length);
    end = Buffer.concat(piece.length < MAX_ERROR ? [end, piece] : [piece.subarray(-MAX_ERROR)]).subarray(-MAX_ERROR);
  });
  refuseError(end);
  stage.finish();
  return path;
}

/** Docker appends an error to what it has saved so far, under the status 200 that it has sent before. */
function refuseError(end: Uint8Array): void {
  const said = /\{"errorDetail".*\}\s*$/s.exec(Buffer.from(end).toString("latin1"))?.[0];
  if (said === undefined) return;
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1] ?? said;
  throw new TransportError("TRANSPORT_FAILED", `the engine could not save the image: ${message}`);
}

const MAX_ERROR = 16 * 1024;
