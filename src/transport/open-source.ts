import { stat } from "node:fs/promises";
import type { Context } from "../context.ts";
import { isFlattenError } from "../errors.ts";
import { openContainerSource } from "./container/source.ts";
import type { Source } from "./contracts.ts";
import { findImage } from "./daemon/images.ts";
import { connectDocker, connectPodman } from "./daemon/open-engine.ts";
import { openDaemonSource } from "./daemon/source.ts";
import { openDockerArchive, openDockerTree } from "./docker-archive/source.ts";
import { parseImageName } from "./image-name.ts";
import { openOciArchive } from "./oci-archive/source.ts";
import { openLayoutTree, openOciLayout } from "./oci-layout/source.ts";
import { isBareName, parseReference } from "./parse-reference.ts";
import { type BarePath, namedReference, reference } from "./reference.ts";
import { openRegistrySource } from "./registry/source.ts";
import { sniff } from "./sniff.ts";
import type { TransportOptions } from "./transport-options.ts";

/**
 * Opens the image that a text names: a reference, a path that is sniffed, or `-` for stdin. What was found stands in the source's `reference`.
 * @throws ReferenceInvalidError REFERENCE_INVALID; TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL
 * @throws ImageInvalidError MANIFEST_INVALID, CONFIG_INVALID, IMAGE_UNSUPPORTED, TAR_INVALID, GZIP_INVALID, ZSTD_INVALID, PATH_UNSAFE,
 * LINK_DANGLING; LimitError
 */
export async function openSource(text: string, context: Context, servers: TransportOptions = {}): Promise<Source> {
  const parsed = parseReference(text);
  switch (parsed.transport) {
    case undefined:
      return openBare(parsed, context, servers);
    case "oci":
      return openOciLayout(parsed, context);
    case "oci-archive":
      return openOciArchive(parsed, context);
    case "docker-archive":
      return openDockerArchive(parsed, context);
    case "docker-daemon":
      return openDaemonSource(parsed, await connectDocker(servers.docker ?? {}, context), context);
    case "podman":
      return openDaemonSource(parsed, await connectPodman(servers.podman ?? {}, context), context);
    case "container":
      return openContainerSource(parsed, await connectDocker(servers.docker ?? {}, context), context);
    case "podman-container":
      return openContainerSource(parsed, await connectPodman(servers.podman ?? {}, context), context);
    case "docker":
      return openRegistrySource(parseImageName(parsed.name), servers.registry ?? {}, context);
  }
}

/** A file or folder if there is one, else what docker would look up: an image of the daemon when one answers and has it, else of the registry. */
async function openBare({ path }: BarePath, context: Context, servers: TransportOptions): Promise<Source> {
  if (isBareName(path) && !(await isThere(path))) return openByName(path, context, servers);
  const found = await sniff(path, context);
  const from = reference(found.transport, path);
  if (found.transport === "oci") return openOciLayout(from, context);
  return found.transport === "oci-archive"
    ? openLayoutTree(found.archive, from, context)
    : openDockerTree(found.archive, from, context);
}

async function openByName(name: string, context: Context, servers: TransportOptions): Promise<Source> {
  const client = await connectDocker(servers.docker ?? {}, context).catch(onlyUnreachable);
  if (client !== undefined && (await findImage(client, name)) !== undefined) {
    return openDaemonSource(namedReference("docker-daemon", name), client, context);
  }
  return openRegistrySource(parseImageName(name), servers.registry ?? {}, context);
}

function onlyUnreachable(error: unknown): undefined {
  if (isFlattenError(error) && error.code === "DAEMON_UNREACHABLE") return undefined;
  throw error;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
