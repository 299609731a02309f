import type { Context } from "../context.ts";
import { ReferenceInvalidError } from "../errors.ts";
import { openArchiveDestination } from "./archive/archive-destination.ts";
import { checkInPlace } from "./check-in-place.ts";
import type { Destination } from "./contracts.ts";
import { destinationReference, imageTransport, resultNames } from "./destination-reference.ts";
import { DOCKER_ARCHIVE } from "./docker-archive/destination.ts";
import { parseImageName } from "./image-name.ts";
import { OCI_ARCHIVE } from "./oci-archive/destination.ts";
import { openLayoutDestination } from "./oci-layout/destination.ts";
import { isFileReference, type NamedReference, type Reference } from "./reference.ts";
import { repositoryOf } from "./registry/repository.ts";
import type { Servers } from "./servers.ts";

/** What {@link openDestination} needs to know besides the text. */
export interface DestinationOptions {
  /** Replaces what exists under the same name. */
  readonly force: boolean;
  /** Where the image comes from: a bare path means the same transport, and an archive is never written over itself. */
  readonly like?: Reference | undefined;
  /**
   * The names of the result and those of the source, so that a conflict is found before any work; see {@link
   * resultNames}.
   */
  readonly tags?: readonly string[] | undefined;
  readonly sourceNames?: readonly string[] | undefined;
  /** Moves a name from the source to the result in the same engine; an error if that is impossible. */
  readonly inPlace?: boolean | undefined;
  readonly servers: Servers;
}

/**
 * Opens what a text names for writing: a reference, a bare path, or `-` for stdout, which gets an oci-archive if the
 * source is a layout or an oci-archive, else a docker-archive.
 * @throws ReferenceInvalidError REFERENCE_INVALID; UsageError DESTINATION_EXISTS, ARGUMENT_INVALID; TransportError
 * DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED
 */
export async function openDestination(
  text: string,
  options: DestinationOptions,
  context: Context,
): Promise<Destination> {
  const to = destinationReference(text, options.like);
  if (options.inPlace && options.like !== undefined) checkInPlace(options.like, to);
  if (!isFileReference(to)) return openServer(to, options, context);
  const { force, like } = options;
  const names = resultNames(to, options.tags, { names: options.sourceNames ?? [] });
  if (to.transport === "oci") return openLayoutDestination(to, { force, names }, context);
  const source =
    like === undefined || !isFileReference(like) || like.transport === "oci" || like.path === "-"
      ? undefined
      : like.path;
  if (to.transport === "rootfs") {
    const { configOut } = options.servers.rootfs ?? {};
    const { openRootfsDestination } = await import("./rootfs/destination.ts");
    return openRootfsDestination(to, { force, source, configOut }, context);
  }
  const kind = to.transport === "docker-archive" ? DOCKER_ARCHIVE : OCI_ARCHIVE;
  return openArchiveDestination(to, { kind, force, source }, context);
}

/** Code for servers is loaded only if one is named. */
async function openServer(to: NamedReference, options: DestinationOptions, context: Context): Promise<Destination> {
  const { servers, force, like, tags } = options;
  switch (to.transport) {
    case "docker": {
      const mountFrom = like?.transport === "docker" ? parseImageName(like.name) : undefined;
      const name = parseImageName(to.name);
      const registry = { ...servers.registry(repositoryOf(name).registry), force, names: tags, mountFrom };
      const { openRegistryDestination } = await import("./registry/destination.ts");
      return openRegistryDestination(name, registry, context);
    }
    case "docker-daemon":
    case "podman":
      return (await import("./engine-images.ts")).openEngineDestination(to, options, context);
    case "container":
    case "podman-container":
      throw new ReferenceInvalidError(`${to.text} is a container, which can be read but not written`, {
        details: { hint: `write an image: ${imageTransport(to.transport)}:NAME` },
      });
  }
}
