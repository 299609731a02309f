import type { ByteStream } from "../../bytes/byte-stream.ts";
import { chunksOf } from "../../bytes/chunks-of.ts";
import type { Context } from "../../context.ts";
import type { TransportError } from "../../errors.ts";
import { completing, type EngineClient } from "../daemon/client.ts";
import { findImage } from "../daemon/images.ts";
import { saveImages } from "../daemon/source.ts";
import { removeLeftovers, removeTemporary } from "../daemon/tags.ts";
import { temporaryTag } from "../daemon/temporary-name.ts";
import { leftBehind } from "../left-behind.ts";
import { ANSWER_SECONDS, patient } from "../patient.ts";
import type { ContainerDetails } from "./inspect.ts";

/** A container's filesystem, saved. */
export interface CommittedContainer {
  /** Archive in scratch with the commit and, if it still exists, the container's image. */
  readonly path: string;
  /** Name of the commit in the archive. */
  readonly tag: string;
  /** Whether the container's image is in the archive too. */
  readonly base: boolean;
}

/**
 * Commits a container under a temporary name, saves it together with its image, and removes the commit, also after an
 * error or an abort. A running container is paused while the engine reads its files. The next run removes what a killed
 * run left behind.
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL
 */
export async function commitContainer(
  client: EngineClient,
  container: ContainerDetails,
  context: Context,
): Promise<CommittedContainer> {
  await removeLeftovers(client, context.signal);
  const base = container.image === "" ? undefined : await findImage(client, container.image);
  const tag = temporaryTag("commit");
  await commit(client, container, { tag, run: context.signal });
  try {
    context.signal.throwIfAborted();
    const path = await saveImages(client, { names: base === undefined ? [tag] : [tag, base.id] }, context);
    return { path, tag, base: base !== undefined };
  } finally {
    await removeTemporary(client, tag, context.signal);
  }
}

/**
 * An abort of the run is not obeyed at once: the engine would continue without the connection, and its commit would not
 * be removed. After an error there is no commit, unless the engine does not answer; the error then says so.
 */
async function commit(
  client: EngineClient,
  { id }: ContainerDetails,
  { tag, run }: { readonly tag: string; readonly run: AbortSignal },
): Promise<void> {
  const [repo = "", name] = tag.split(":");
  const signal = patient(run);
  try {
    await completing(client, signal).json({
      method: "POST",
      path: "/commit",
      query: { container: id, repo, tag: name, pause: "1", comment: "what the container changed" },
      headers: { "content-type": "application/json" },
      body: emptyObject(),
    });
  } catch (error) {
    if (signal.aborted) throw unanswered(error, client, tag);
    await removeTemporary(client, tag, run);
    throw error;
  }
}

function unanswered(cause: unknown, { engine }: EngineClient, tag: string): TransportError {
  const late = `${engine} did not answer within ${ANSWER_SECONDS} seconds, and may still commit the container`;
  return leftBehind(cause, `${late} as ${tag}, which the next run that reads one removes`);
}

/** Docker requires a config as the body; its fields replace those of the container. */
function emptyObject(): ByteStream {
  return chunksOf(Buffer.from("{}"));
}
