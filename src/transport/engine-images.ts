import type { Context } from "../context.ts";
import { isFlattenError } from "../errors.ts";
import { openContainerSource } from "./container/source.ts";
import type { Destination, Source } from "./contracts.ts";
import type { EngineClient, EngineName } from "./daemon/client.ts";
import { type DaemonSources, daemonSources } from "./daemon/daemon-sources.ts";
import { openDaemonDestination } from "./daemon/destination.ts";
import { findTypedImage } from "./daemon/look-up-image.ts";
import { connectDocker, connectPodman } from "./daemon/open-engine.ts";
import { openDaemonSource } from "./daemon/source.ts";
import type { DestinationOptions } from "./open-destination.ts";
import type { EnginePlace } from "./place.ts";
import { type NamedReference, namedReference } from "./reference.ts";
import type { Servers } from "./servers.ts";

/**
 * Opens an image or a container of Docker or podman.
 * @throws TransportError DAEMON_UNREACHABLE, SOURCE_NOT_FOUND, TRANSPORT_FAILED; ReferenceInvalidError
 * REFERENCE_INVALID
 */
export async function openEngineSource(from: NamedReference, servers: Servers, context: Context): Promise<Source> {
  const client = await connect(engineOf(from), servers, context);
  const isImage = from.transport === "docker-daemon" || from.transport === "podman";
  return isImage ? openDaemonSource(from, client, context) : openContainerSource(from, client, context);
}

/**
 * Opens several images of Docker or of podman.
 * @throws TransportError DAEMON_UNREACHABLE, and what `daemonSources` throws
 */
export async function openEngineSources(
  { transport, references }: EngineSelection,
  servers: Servers,
  context: Context,
): Promise<DaemonSources> {
  return daemonSources(references, await connect(engineOf({ transport }), servers, context), context);
}

/** Images of one engine. */
export interface EngineSelection extends Pick<EnginePlace, "transport"> {
  readonly references: readonly NamedReference[];
}

/**
 * Opens Docker or podman to load an image.
 * @throws TransportError DAEMON_UNREACHABLE; UsageError DESTINATION_EXISTS
 */
export async function openEngineDestination(
  to: NamedReference,
  options: DestinationOptions,
  context: Context,
): Promise<Destination> {
  const { servers, force, inPlace, like, sourceNames, tags } = options;
  const client = await connect(engineOf(to), servers, context);
  const same = like?.transport === to.transport ? sourceNames : undefined;
  return openDaemonDestination(client, { to, names: tags, force, inPlace, sourceNames: same }, context);
}

/** The result of {@link findInDocker}. */
export interface AskedDocker {
  /** Opens the image, if Docker has it. */
  readonly open?: () => Promise<Source>;
  /** Why Docker does not have it; empty if it does. */
  readonly why: string;
}

/**
 * Asks Docker whether it has an image. It is an error only for a daemon that was named if it does not answer.
 * @throws TransportError DAEMON_UNREACHABLE, TRANSPORT_FAILED; ReferenceInvalidError REFERENCE_INVALID
 */
export async function findInDocker(name: string, servers: Servers, context: Context): Promise<AskedDocker> {
  const { docker = {} } = servers;
  try {
    const client = await connect("docker", servers, context);
    if ((await findTypedImage(client, name)) === undefined) return { why: "Docker has no image of this name" };
    return { open: () => openDaemonSource(namedReference("docker-daemon", name), client, context), why: "" };
  } catch (error) {
    const named = docker.host !== undefined || docker.context !== undefined;
    if (!named && isFlattenError(error) && error.code === "DAEMON_UNREACHABLE") return { why: "Docker did not answer" };
    throw error;
  }
}

function engineOf({ transport }: Pick<NamedReference, "transport">): EngineName {
  return transport === "podman" || transport === "podman-container" ? "podman" : "docker";
}

function connect(engine: EngineName, servers: Servers, context: Context): Promise<EngineClient> {
  const { engines, docker = {}, podman = {} } = servers;
  const known = engines.get(engine);
  if (known !== undefined) return known;
  const client = engine === "podman" ? connectPodman(podman, context) : connectDocker(docker, context);
  engines.set(engine, client);
  return client;
}
