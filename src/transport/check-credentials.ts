import { UsageError } from "../errors.ts";
import { destinationReference } from "./destination-reference.ts";
import { type ImageName, parseImageName } from "./image-name.ts";
import { isBareName, parseReference } from "./parse-reference.ts";
import { isFileReference, type Reference } from "./reference.ts";
import { repositoryOf } from "./registry/repository.ts";
import type { TransportOptions } from "./transport-options.ts";

/**
 * Refuses to send given credentials to two registries, before either is asked for anything: they are meant for one, and the other may be a stranger's.
 * @throws UsageError ARGUMENT_INVALID; ReferenceInvalidError REFERENCE_INVALID
 */
export function checkCredentials(source: string, destination: string | undefined, servers: TransportOptions): void {
  if (servers.registry?.credentials === undefined || destination === undefined) return;
  const from = parseReference(source);
  const to = destinationReference(destination, from.transport === undefined ? undefined : from);
  const names = [from.transport === undefined ? bareName(from.path) : registryName(from), registryName(to)];
  const registries = new Set(names.filter((name) => name !== undefined).map((name) => repositoryOf(name).registry));
  if (registries.size < 2) return;
  throw new UsageError(
    "ARGUMENT_INVALID",
    `the credentials given are for one registry, not for ${[...registries].join(" and ")}`,
    {
      details: { hint: "log in to both with docker login or podman login instead" },
    },
  );
}

function registryName(reference: Reference): ImageName | undefined {
  return !isFileReference(reference) && reference.transport === "docker" ? parseImageName(reference.name) : undefined;
}

function bareName(text: string): ImageName | undefined {
  return isBareName(text) ? parseImageName(text) : undefined;
}
