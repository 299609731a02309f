import { createFile } from "../../bytes/file-writer.ts";
import { openSeekableFile } from "../../bytes/seekable-file.ts";
import { createWrittenBytes } from "../../bytes/written-bytes.ts";
import type { Context } from "../../context.ts";
import { TransportError } from "../../errors.ts";
import { isDigest, parseDiffId } from "../../oci/digest.ts";
import { startStage } from "../../progress/stage-progress.ts";
import { ArrivingMembers } from "../archive/arriving-members.ts";
import type { ArrivalWatcher, Source } from "../contracts.ts";
import { openDockerArchive } from "../docker-archive/source.ts";
import { type EngineIdentity, engineSource } from "../engine-source.ts";
import { type NamedReference, reference } from "../reference.ts";
import type { EngineClient } from "./client.ts";
import { tagMeant } from "./image-tags.ts";
import { viewOf } from "./images.ts";
import { lookUpImage } from "./look-up-image.ts";
import { errorOf, parseMessage } from "./messages.ts";
import { SavedWhenRead } from "./saved-when-read.ts";

/**
 * Opens an image of an engine, named by tag, digest, ID or the unique beginning of one. The output of `save` is kept in
 * scratch and read there. `names` is empty if the image was not asked for by name. The image is saved only when it is
 * read, so that a run that is refused because of its destination costs nothing.
 * @throws ReferenceInvalidError REFERENCE_INVALID; TransportError SOURCE_NOT_FOUND, and its methods TRANSPORT_FAILED,
 * DISK_FULL and what `openDockerArchive` throws
 */
export async function openDaemonSource(from: NamedReference, client: EngineClient, context: Context): Promise<Source> {
  const { id, tag, size, identity } = await findDaemonImage(from, client);
  const save = async (watcher: ArrivalWatcher | undefined): Promise<Source> => {
    watcher?.expected(size);
    const path = await saveImages(client, { names: [tag ?? id], watcher }, context);
    return openDockerArchive(reference("docker-archive", path), context);
  };
  return engineSource(new SavedWhenRead(save), identity);
}

/** An image that an engine has. */
export interface FoundImage {
  readonly identity: EngineIdentity;
  readonly id: string;
  /** The one of its tags that was asked for; undefined if it was asked for by ID or digest. */
  readonly tag: string | undefined;
  /** DiffIDs of the layers, bottom first. */
  readonly layers: readonly string[];
  /** Bytes, as the engine counts them. */
  readonly size: number;
}

/**
 * Looks up what identifies an image of an engine.
 * @throws ReferenceInvalidError REFERENCE_INVALID; TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED
 */
export async function findDaemonImage(from: NamedReference, client: EngineClient): Promise<FoundImage> {
  const [{ id, tags, size, platform, diffIds: layers }, view] = await Promise.all([
    lookUpImage(client, from.name),
    viewOf(client),
  ]);
  const tag = tagMeant(tags, from.name);
  const names = tag === undefined ? [] : [tag];
  // A containerd store may hold several platforms under the name, and reports one of them.
  const diffIds = view === "overlay2" && layers.every(isDigest) ? layers.map(parseDiffId) : undefined;
  const known = platform.architecture === "unknown" ? {} : { platform };
  return { identity: { reference: from, names, view, diffIds, id, ...known }, id, tag, layers, size };
}

/** What {@link saveImages} saves. */
export interface SaveRequest {
  readonly names: readonly string[];
  /** Told of the files in the archive as they arrive. */
  readonly watcher?: ArrivalWatcher | undefined;
}

/**
 * Saves images of an engine to one archive in scratch and returns its path.
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL
 */
export async function saveImages(
  client: EngineClient,
  { names, watcher }: SaveRequest,
  { scratch, signal, report }: Context,
): Promise<string> {
  const path = await scratch.path("saved.tar");
  const stage = startStage((event) => report(event), { stage: "open", label: `${client.engine} save` });
  const written = createWrittenBytes();
  const members = watcher && new ArrivingMembers({ path, written, watcher });
  try {
    await using file = await createFile(path, { signal, side: "scratch", mode: 0o600, written });
    await client.download({ path: "/images/get", query: { names } }, file, (piece) => {
      stage.advance(piece.length);
      members?.push(piece);
    });
  } finally {
    written.stop();
  }
  await refuseError(path, signal);
  stage.finish();
  return path;
}

/** If Docker fails after it has sent status 200, it appends an error to the part of the archive that it has sent. */
async function refuseError(path: string, signal: AbortSignal): Promise<void> {
  await using file = await openSeekableFile(path, { signal, side: "scratch" });
  const end = Buffer.from(await file.read({ start: Math.max(0, file.size - MAX_ERROR), end: file.size }));
  const said = /\{"errorDetail".*\}\s*$/s.exec(end.toString("utf8"))?.[0];
  if (said === undefined) return;
  throw new TransportError("TRANSPORT_FAILED", `the engine could not save the image: ${errorOf(parseMessage(said))}`, {
    details: { request: "GET /images/get" },
  });
}

const MAX_ERROR = 16 * 1024;
