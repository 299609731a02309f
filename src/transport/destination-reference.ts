import { ReferenceInvalidError } from "../errors.ts";
import type { Digest } from "../oci/digest.ts";
import { newTag } from "./daemon/image-tags.ts";
import { familiarName, isTag, nameBeside, nameInArchive, parseImageName } from "./image-name.ts";
import { parseReference } from "./parse-reference.ts";
import {
  type BarePath,
  isFileReference,
  type NamedTransport,
  namedReference,
  type Reference,
  reference,
  selectedName,
} from "./reference.ts";

/**
 * What a text means as a destination. A bare name means the source's engine or registry when the source is there; any
 * other bare text is a path with the source's transport, or with `docker-archive` if that has none; a path that ends in
 * `.tar` is an archive even if the source is a layout.
 * @throws ReferenceInvalidError REFERENCE_INVALID
 */
export function destinationReference(text: string, like?: Reference): Reference {
  const parsed = parseReference(text);
  const to = parsed.transport === undefined ? likeSource(parsed, like) : parsed;
  if (!isFileReference(to) || to.selector === undefined) return to;
  if ("position" in to.selector) {
    throw new ReferenceInvalidError(`${to.text} names a position, and a new image has none yet`, {
      details: { hint: `name it: ${to.transport}:${to.path}:NAME` },
    });
  }
  if (to.transport === "docker-archive") parseImageName(to.selector.name);
  else refuseStrangeName(to.selector.name);
  return to;
}

/**
 * The names that a result gets: the one in the destination's reference and those given; without either, those of the
 * source, but none with another digest than that of `root`, if it is known. In a registry, a tag alone is a tag of the
 * destination's repository. In an engine and in a docker-archive, a repository alone means its `latest`, as for `docker
 * load` and `docker tag`.
 * @throws ReferenceInvalidError REFERENCE_INVALID for a given name that is invalid
 */
export function resultNames(
  to: Reference,
  given: readonly string[] | undefined,
  { names: source, root }: { readonly names: readonly string[]; readonly root?: Digest },
): string[] {
  for (const name of given ?? []) if (!isTag(name)) parseImageName(name);
  if (to.transport === "rootfs") return [];
  const own = ownName(to).map((name) => inFull(name, to));
  if (given !== undefined && given.length > 0) return [...new Set([...own, ...given.map((name) => inFull(name, to))])];
  return own.length > 0 ? own : source.filter((name) => [undefined, root].includes(digestIn(name)));
}

/** `ctr images export` writes such a name for an image that was pulled by its digest, also without a repository. */
function digestIn(name: string): Digest | undefined {
  return /@(sha(?:256|512):[0-9a-f]+)$/.exec(name)?.[1] as Digest | undefined;
}

/** The transport for writing to the engine whose container is read; other transports are returned as they are. */
export function imageTransport(transport: NamedTransport): NamedTransport {
  if (transport === "container") return "docker-daemon";
  return transport === "podman-container" ? "podman" : transport;
}

/** What may stand in `org.opencontainers.image.ref.name`. image-spec annotations.md#pre-defined-annotation-keys */
const REF_NAME_PART = "[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*";
const REF_NAME_GRAMMAR = new RegExp(`^${REF_NAME_PART}(?:/${REF_NAME_PART})*$`);

/** Layouts with other names are read but not written: skopeo could not name such an image. */
function refuseStrangeName(name: string): void {
  if (REF_NAME_GRAMMAR.test(name) || isTag(name)) return;
  const hint = "use letters and digits, with single - . _ : @ + / between them";
  throw new ReferenceInvalidError(`${JSON.stringify(name)} is not a name for an image in a layout`, {
    details: { hint },
  });
}

function inFull(name: string, to: Reference): string {
  if (to.transport === "docker-archive") return nameInArchive(name);
  if (to.transport === "docker-daemon" || to.transport === "podman") {
    return newTag(to.transport === "podman" ? "podman" : "docker", name);
  }
  return to.transport === "docker" && isTag(name) ? familiarName(nameBeside(name, parseImageName(to.name))) : name;
}

function ownName(to: Reference): string[] {
  if (!isFileReference(to)) return [to.name];
  const name = selectedName(to);
  return name === undefined ? [] : [name];
}

function likeSource({ path }: BarePath, like: Reference | undefined): Reference {
  const isPath = path === "-" || /^[./]|\.tar$/i.test(path);
  if (like !== undefined && !isFileReference(like) && !isPath)
    return namedReference(imageTransport(like.transport), path);
  if (!isPath && path.includes(":")) {
    throw new ReferenceInvalidError(`${JSON.stringify(path)} may be a path or the name of an image`, {
      details: { hint: `use docker-daemon:${path}, docker://${path} or docker-archive:PATH:${path}` },
    });
  }
  if (like === undefined || !isFileReference(like) || like.transport === "rootfs")
    return reference("docker-archive", path);
  const archive = path === "-" || /\.tar$/i.test(path);
  return reference(archive && like.transport === "oci" ? "oci-archive" : like.transport, path);
}
