import { UsageError } from "../errors.ts";
import { destinationReference } from "./destination-reference.ts";
import { asImageName } from "./image-name.ts";
import { isBareName, parseReference } from "./parse-reference.ts";
import { type Place, registryOf } from "./place.ts";
import { type BarePath, isFileReference, type Reference } from "./reference.ts";
import { repositoryOf } from "./registry/repository.ts";
import { bindServers, type Servers } from "./servers.ts";
import type { TransportOptions } from "./transport-options.ts";

/** The references given by the user for one run, and none that was read from an image. */
export interface TypedReferences {
  readonly sources: readonly string[];
  /** Whose images are sources, too. */
  readonly place?: Place | undefined;
  /** What it means may depend on the first source. */
  readonly destination?: string | undefined;
  /** Whether the run opens nothing else: credentials are then for one of these. */
  readonly complete?: boolean | undefined;
}

/**
 * Binds the options for a registry to the registries named by the user. Credentials are for one registry: if two are
 * named, that is an error before any request, since the other may belong to somebody else.
 * @throws UsageError ARGUMENT_INVALID; ReferenceInvalidError REFERENCE_INVALID
 */
export function typedServers(
  options: TransportOptions,
  { sources, place, destination, complete }: TypedReferences,
): Servers {
  const from = sources.map(parseReference);
  const to = destination === undefined ? [] : [typedDestination(destination, from[0])];
  const registries = new Set(
    [...from, ...to].flatMap(typedRegistry).concat(place === undefined ? [] : registryOf(place)),
  );
  if (options.registry?.credentials !== undefined && registries.size > 1) throw forOne([...registries]);
  if (options.registry?.credentials !== undefined && registries.size === 0 && complete) throw forNone();
  return bindServers(options, registries);
}

/**
 * If the source is a bare name, the meaning of a bare destination depends on what the source turns out to be: it is a
 * name in the same place, or a path.
 */
function typedDestination(text: string, from: Reference | BarePath | undefined): Reference | BarePath {
  if (from?.transport === undefined && from !== undefined && isBareName(from.path)) return parseReference(text);
  return destinationReference(text, from?.transport === undefined ? undefined : from);
}

/** A bare name may turn out to be an image of Docker or a file; otherwise a registry is asked for it. */
function typedRegistry(reference: Reference | BarePath): string[] {
  const name = asImageName(nameIn(reference) ?? "");
  return name === undefined ? [] : [repositoryOf(name).registry];
}

function nameIn(reference: Reference | BarePath): string | undefined {
  if (reference.transport === undefined) return isBareName(reference.path) ? reference.path : undefined;
  return !isFileReference(reference) && reference.transport === "docker" ? reference.name : undefined;
}

function forNone(): UsageError {
  return new UsageError("ARGUMENT_INVALID", "credentials are given, but no registry that they could be for", {
    details: { hint: "leave them out, or name the registry: docker://HOST/NAME" },
  });
}

function forOne(registries: readonly string[]): UsageError {
  const message = `the credentials given are for one registry, not for ${registries.join(" and ")}`;
  const hint = "log in to each with docker login or podman login instead";
  return new UsageError("ARGUMENT_INVALID", message, { details: { hint } });
}
