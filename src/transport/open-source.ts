import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { isFlattenError, ReferenceInvalidError, TransportError } from "../errors.ts";
import { openContainerSource } from "./container/source.ts";
import type { Source } from "./contracts.ts";
import type { EngineClient } from "./daemon/client.ts";
import { findTypedImage, isTypedName } from "./daemon/look-up-image.ts";
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

/**
 * What is spelled like a path is one. Any other text may be a file or folder, or a name, which is looked up as docker would: in the daemon when one answers and has it, else in
 * the registry. That a file and an image of the daemon have the same name is for the person to settle.
 */
async function openBare({ path }: BarePath, context: Context, servers: TransportOptions): Promise<Source> {
  const isFile = await mayHoldImage(path);
  if (!isBareName(path) || (isFile && !isTypedName(path))) return openPath(path, context);
  const { client, why } = await askedDocker(path, context, servers);
  if (client !== undefined && isFile) throw ambiguous(path);
  if (client !== undefined) return openDaemonSource(namedReference("docker-daemon", path), client, context);
  if (isFile || (await isThere(path))) return openPath(path, context);
  try {
    return await openRegistrySource(parseImageName(path), servers.registry ?? {}, context);
  } catch (error) {
    const known = {
      hint: `${why}, so a registry was asked; docker-daemon:NAME, docker://NAME or ./PATH says which is meant`,
    };
    if (error instanceof TransportError) error.details = { ...known, ...error.details };
    throw error;
  }
}

async function openPath(path: string, context: Context): Promise<Source> {
  const found = await sniff(path, context);
  const from = reference(found.transport, path);
  if (found.transport === "oci") return openOciLayout(from, context);
  return found.transport === "oci-archive"
    ? openLayoutTree(found.archive, from, context)
    : openDockerTree(found.archive, from, context);
}

interface AskedDocker {
  /** The daemon, where it has the image. */
  readonly client?: EngineClient;
  /** Why it is not from there. */
  readonly why: string;
}

/** A daemon that was named must answer; of others it is no error that there is none. */
async function askedDocker(name: string, context: Context, { docker = {} }: TransportOptions): Promise<AskedDocker> {
  try {
    const client = await connectDocker(docker, context);
    if ((await findTypedImage(client, name)) !== undefined) return { client, why: "" };
    return { why: "Docker has no image of this name" };
  } catch (error) {
    const named = docker.host !== undefined || docker.context !== undefined;
    if (!named && isFlattenError(error) && error.code === "DAEMON_UNREACHABLE") return { why: "Docker did not answer" };
    throw error;
  }
}

function ambiguous(path: string): ReferenceInvalidError {
  return new ReferenceInvalidError(`${JSON.stringify(path)} is the name of a file here and of an image of Docker`, {
    details: { hint: `type ./${path} or docker-daemon:${path}` },
  });
}

/** A folder of the same name is no candidate unless it is a layout: most are where a person works. */
async function mayHoldImage(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (!found.isDirectory() || (await isThere(join(path, "oci-layout"))));
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
