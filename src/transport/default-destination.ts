import { UsageError } from "../errors.ts";
import type { Source } from "./contracts.ts";
import { imageTransport } from "./destination-reference.ts";
import { parseReference } from "./parse-reference.ts";
import { isFileReference, namedReference, type Reference } from "./reference.ts";

/** Options for the name of the result. */
export interface DefaultNaming {
  /** Names of the result. */
  readonly tags?: readonly string[] | undefined;
  /** Moves the source's name to the result. */
  readonly inPlace?: boolean | undefined;
}

/**
 * The destination of a flat image if none is given: the engine of its source, under the first of the `tags`. Without
 * tags it gets the repository of its source and the tag `flat`, or `<tag>-flat` if the source has another tag than
 * `latest`; with `inPlace` it takes the source's own name. Returns a reference that can be typed.
 * @throws UsageError ARGUMENT_INVALID for a source that is not in an engine; without `tags` also for a container, and
 * for an image given by ID or digest
 */
export function defaultDestination(
  { reference, names }: Pick<Source, "reference" | "names">,
  { tags = [], inPlace = false }: DefaultNaming = {},
): string {
  const [given] = tags;
  refuse(reference, given);
  const [name] = names;
  if (given !== undefined && !(inPlace && name !== undefined) && !isFileReference(reference)) {
    return namedReference(imageTransport(reference.transport), given).text;
  }
  if (isFileReference(reference) || name === undefined) {
    throw needed(NAMELESS);
  }
  const colon = name.lastIndexOf(":");
  const tag = name.slice(colon + 1);
  const flat = `${name.slice(0, colon)}:${tag === "latest" ? "flat" : `${tag}-flat`}`;
  return namedReference(reference.transport, inPlace ? name : flat).text;
}

/**
 * Checks before any work, by the text of a source, whether {@link defaultDestination} would refuse it.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkDefaultDestination(source: string, { tags = [] }: DefaultNaming = {}): void {
  const parsed = parseReference(source);
  if (parsed.transport !== undefined) refuse(parsed, tags[0]);
  else if (parsed.path === "-") throw needed(OUTSIDE);
}

function refuse(reference: Reference, given: string | undefined): void {
  if (isFileReference(reference) || reference.transport === "docker") throw needed(OUTSIDE);
  if (given !== undefined) return;
  if (imageTransport(reference.transport) !== reference.transport)
    throw needed("a container gives no name for its image");
  if (/^sha256:|@/.test(reference.name)) throw needed(NAMELESS);
}

const OUTSIDE = "it may be left out only for an image in Docker or podman";
const NAMELESS = "an ID or a digest gives no name for the flat image";

function needed(why: string): UsageError {
  const elsewhere = "say where the flat image goes: docker-daemon:NAME, docker://NAME, docker-archive:PATH or oci:DIR";
  const hint = why === OUTSIDE ? elsewhere : `${elsewhere}; or give it a name in the same engine: -t NAME`;
  return new UsageError("ARGUMENT_INVALID", `a destination is needed: ${why}`, { details: { hint } });
}
