import { ReferenceInvalidError } from "../errors.ts";
import { type ImageName, parseImageName } from "./image-name.ts";
import { isBareName, parseReference } from "./parse-reference.ts";
import { type BarePath, type FileReference, isFileReference } from "./reference.ts";
import { repositoryOf } from "./registry/repository.ts";

/** A place whose images can be listed; `text` is what a user would type for it. */
export type Place = EnginePlace | OpenablePlace;

/** A place whose images are opened one by one; an engine lists its images itself. */
export type OpenablePlace = PathPlace | RepositoryPlace | RegistryPlace;

export interface EnginePlace {
  readonly kind: "engine";
  readonly transport: "docker-daemon" | "podman";
  readonly text: string;
  /** A repository, with or without a tag, if only its images are listed. */
  readonly name?: string | undefined;
}

interface PathPlace {
  readonly kind: "file";
  readonly text: string;
  readonly reference: FileReference | BarePath;
}

export interface RepositoryPlace {
  readonly kind: "repository";
  readonly text: string;
  readonly name: ImageName;
}

export interface RegistryPlace {
  readonly kind: "registry";
  readonly text: string;
  /** `host[:port]`. */
  readonly registry: string;
}

/**
 * Parses a place: `docker-daemon` or `podman`, each optionally with `:REPOSITORY[:TAG]`; `oci:DIR`,
 * `docker-archive:PATH`, `oci-archive:PATH`, each optionally with one image in it, or a bare path;
 * `docker://HOST/REPOSITORY[:TAG]`; `docker://HOST` or, if that could be the name of an image, `docker://HOST/`. A bare
 * name is a repository of Docker, as in `docker images`.
 * @throws ReferenceInvalidError REFERENCE_INVALID
 */
export function parsePlace(text: string): Place {
  const [scheme = "", ...rest] = text.split(":");
  if (scheme === "docker-daemon" || scheme === "podman") {
    const name = rest.join(":");
    return { kind: "engine", transport: scheme, text: name === "" ? scheme : text, name: name || undefined };
  }
  const registry = /^docker:\/\/([^/]+)(\/?)$/.exec(text);
  if (registry?.[1] !== undefined && (registry[2] === "/" || isHost(registry[1]))) {
    return registryPlace(registry[1]);
  }
  const reference = parseReference(text);
  if (reference.transport === undefined) {
    if (isBareName(text))
      return { kind: "engine", transport: "docker-daemon", text: `docker-daemon:${text}`, name: text };
    return { kind: "file", text, reference };
  }
  if (isFileReference(reference)) return { kind: "file", text: reference.text, reference };
  if (reference.transport === "docker") {
    return { kind: "repository", text: reference.text, name: parseImageName(reference.name) };
  }
  throw new ReferenceInvalidError(`${text} is a container, and has no images`, {
    details: { hint: "list those of its engine: docker-daemon or podman" },
  });
}

/** A whole registry, `host[:port]`. */
export function registryPlace(registry: string): RegistryPlace {
  return { kind: "registry", text: `docker://${registry}/`, registry };
}

/** The registry that a place is in, if any, as a list. */
export function registryOf(place: Place): string[] {
  if (place.kind === "registry") return [place.registry];
  return place.kind === "repository" ? [repositoryOf(place.name).registry] : [];
}

/** Tells whether a place is one image, by its name, tag, digest or position: without it there is nothing to list. */
export function namesOneImage(place: OpenablePlace): boolean {
  if (place.kind === "repository") return (place.name.tag ?? place.name.digest) !== undefined;
  return place.kind === "file" && place.reference.transport !== undefined && place.reference.selector !== undefined;
}

/** A name without a slash is a host if it has a dot or is localhost; after a colon there must be a port then. */
function isHost(text: string): boolean {
  return /^(?:localhost|[^:]*\.[^:]*|\[.*\])(?::[0-9]+)?$/.test(text);
}
