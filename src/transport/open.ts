import type { Context } from "../context.ts";
import { ReferenceInvalidError } from "../errors.ts";
import { openArchiveDestination } from "./archive/archive-destination.ts";
import type { Destination, Source } from "./contracts.ts";
import { DOCKER_ARCHIVE } from "./docker-archive/destination.ts";
import { openDockerArchive, openDockerTree } from "./docker-archive/source.ts";
import { parseImageName } from "./image-name.ts";
import { OCI_ARCHIVE } from "./oci-archive/destination.ts";
import { openOciArchive } from "./oci-archive/source.ts";
import { openLayoutDestination } from "./oci-layout/destination.ts";
import { openLayoutTree, openOciLayout } from "./oci-layout/source.ts";
import { parseReference } from "./parse-reference.ts";
import {
  type BarePath,
  type FileReference,
  type FileTransport,
  isFileReference,
  type Reference,
  reference,
} from "./reference.ts";
import { sniff } from "./sniff.ts";

/**
 * Opens the image that a text names: a reference, a path that is sniffed, or `-` for stdin. What was found stands in the source's `reference`.
 * @throws ReferenceInvalidError REFERENCE_INVALID; TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL
 * @throws ImageInvalidError MANIFEST_INVALID, CONFIG_INVALID, IMAGE_UNSUPPORTED, TAR_INVALID, GZIP_INVALID, ZSTD_INVALID, PATH_UNSAFE,
 * LINK_DANGLING; LimitError
 */
export async function openSource(text: string, context: Context): Promise<Source> {
  const parsed = parseReference(text);
  if (parsed.transport === undefined) return openBare(parsed, context);
  switch (parsed.transport) {
    case "oci":
      return openOciLayout(parsed, context);
    case "oci-archive":
      return openOciArchive(parsed, context);
    default:
      return openDockerArchive(parsed, context);
  }
}

/** What {@link openDestination} needs to know besides the text. */
export interface DestinationOptions {
  /** Replaces what is there under the same name. */
  readonly force: boolean;
  /** Where the image comes from: a bare path means the same transport, and an archive is never written over itself. */
  readonly like?: Reference | undefined;
  /** The names that the result is to get and those of the source, so that a clash is seen before any work; see {@link resultNames}. */
  readonly tags?: readonly string[] | undefined;
  readonly sourceNames?: readonly string[] | undefined;
}

/**
 * Opens the place that a text names for writing: a reference, a bare path, or `-` for stdout, which gets a docker-archive when the source is one,
 * else an oci-archive.
 * @throws ReferenceInvalidError REFERENCE_INVALID; UsageError DESTINATION_EXISTS; TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED
 */
export async function openDestination(
  text: string,
  options: DestinationOptions,
  context: Context,
): Promise<Destination> {
  const to = destinationReference(text, options.like);
  const { force, like } = options;
  if (to.transport === "oci") {
    const names = resultNames(to, options.tags, options.sourceNames ?? []);
    return openLayoutDestination(to, { force, names }, context);
  }
  const source =
    like === undefined || !isFileReference(like) || like.transport === "oci" || like.path === "-"
      ? undefined
      : like.path;
  const kind = to.transport === "docker-archive" ? DOCKER_ARCHIVE : OCI_ARCHIVE;
  return openArchiveDestination(to, { kind, force, source }, context);
}

/**
 * What a text means as a destination. A bare path takes the source's transport, `docker-archive` where there is none, but for one that ends in
 * `.tar`, which nobody means to be a folder.
 * @throws ReferenceInvalidError REFERENCE_INVALID
 */
export function destinationReference(text: string, like?: Reference): FileReference {
  const parsed = parseReference(text);
  const to = parsed.transport === undefined ? reference(likeTransport(parsed, like), parsed.path) : parsed;
  if (to.selector === undefined) return to;
  if ("position" in to.selector) {
    throw new ReferenceInvalidError(`${to.text} names a position, and a new image has none yet`, {
      details: { hint: `name it: ${to.transport}:${to.path}:NAME` },
    });
  }
  if (to.transport === "docker-archive") parseImageName(to.selector.name);
  return to;
}

/** The names that a result gets: the one in the destination's reference and those given; where there are neither, those of the source. */
export function resultNames(to: Reference, given: readonly string[] | undefined, source: readonly string[]): string[] {
  const own = isFileReference(to) && to.selector !== undefined && "name" in to.selector ? [to.selector.name] : [];
  if (given !== undefined && given.length > 0) return [...new Set([...own, ...given])];
  return own.length > 0 ? own : [...source];
}

function likeTransport(to: BarePath, like: Reference | undefined): FileTransport {
  if (like === undefined || !isFileReference(like)) return "docker-archive";
  const archive = to.path === "-" || /\.tar$/i.test(to.path);
  return archive && like.transport === "oci" ? "oci-archive" : like.transport;
}

async function openBare({ path }: BarePath, context: Context): Promise<Source> {
  const found = await sniff(path, context);
  const from = reference(found.transport, path);
  if (found.transport === "oci") return openOciLayout(from, context);
  return found.transport === "oci-archive"
    ? openLayoutTree(found.archive, from, context)
    : openDockerTree(found.archive, from, context);
}
