import type { ByteStream } from "../../bytes/byte-stream.ts";
import { chunksOf } from "../../bytes/chunks-of.ts";
import type { Context } from "../../context.ts";
import { completing, type EngineClient } from "../daemon/client.ts";
import { findImage } from "../daemon/images.ts";
import { saveImages } from "../daemon/source.ts";
import { removeLeftovers, removeTemporary } from "../daemon/tags.ts";
import { temporaryTag } from "../daemon/temporary-name.ts";
import type { ContainerDetails } from "./inspect.ts";

/** A container's filesystem, saved. */
export interface CommittedContainer {
  /** Archive in scratch with the commit, and its image where that is still there. */
  readonly path: string;
  /** Name that the commit has in the archive. */
  readonly tag: string;
  /** Whether the container's image is in the archive too. */
  readonly base: boolean;
}

/**
 * Commits a container under a name of planish's own, saves it together with its image, and removes the commit, also
 * after an error or an abort. A running container is paused while the engine reads its files. What a killed run left is
 * removed by a later one.
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL
 */
export async function commitContainer(
  client: EngineClient,
  container: ContainerDetails,
  context: Context,
): Promise<CommittedContainer> {
  await removeLeftovers(client);
  const base = container.image === "" ? undefined : await findImage(client, container.image);
  const tag = temporaryTag("commit");
  try {
    await commit(client, container, tag);
    context.signal.throwIfAborted();
    const path = await saveImages(client, { names: base === undefined ? [tag] : [tag, base.id] }, context);
    return { path, tag, base: base !== undefined };
  } finally {
    await removeTemporary(client, tag);
  }
}

/**
 * Not aborted with the run: an engine goes on when the connection breaks, and then nobody would remove what it made.
 */
async function commit(client: EngineClient, { id }: ContainerDetails, tag: string): Promise<void> {
  const [repo = "", name] = tag.split(":");
  await completing(client).json({
    method: "POST",
    path: "/commit",
    query: { container: id, repo, tag: name, pause: "1", comment: "what the container changed" },
    headers: { "content-type": "application/json" },
    body: emptyObject(),
  });
}

/** Docker wants a config here, whose fields replace those of the container. */
function emptyObject(): ByteStream {
  return chunksOf(Buffer.from("{}"));
}
