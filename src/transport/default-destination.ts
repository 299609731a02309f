import { UsageError } from "../errors.ts";
import type { Source } from "./contracts.ts";
import { parseReference } from "./parse-reference.ts";
import { isFileReference, namedReference, type Reference } from "./reference.ts";

/**
 * Where a flat image goes when no one said it: beside its source, in the same engine and repository, as `flat`, or as `<tag>-flat` where the source has
 * another tag than `latest`; with `inPlace` to the source's own name. Returns a reference that can be typed.
 * @throws UsageError ARGUMENT_INVALID for a source that is not in an engine, or was not asked for by name
 */
export function defaultDestination(
  { reference, names }: Pick<Source, "reference" | "names">,
  { inPlace = false }: { readonly inPlace?: boolean | undefined } = {},
): string {
  refuse(reference);
  const [name] = names;
  if (isFileReference(reference) || name === undefined) {
    throw needed("an ID or a digest says no name for the flat image");
  }
  const colon = name.lastIndexOf(":");
  const tag = name.slice(colon + 1);
  const flat = `${name.slice(0, colon)}:${tag === "latest" ? "flat" : `${tag}-flat`}`;
  return namedReference(reference.transport, inPlace ? name : flat).text;
}

/**
 * Checks before any work what the text of a source tells of {@link defaultDestination}.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkDefaultDestination(source: string): void {
  const parsed = parseReference(source);
  if (parsed.transport !== undefined) refuse(parsed);
  else if (parsed.path === "-") throw needed(OUTSIDE);
}

function refuse(reference: Reference): void {
  if (isFileReference(reference) || !["docker-daemon", "podman"].includes(reference.transport)) throw needed(OUTSIDE);
  if (/^sha256:|@/.test(reference.name)) throw needed("an ID or a digest says no name for the flat image");
}

const OUTSIDE = "it may be left out only for an image of Docker or podman";

function needed(why: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `a destination is needed: ${why}`, {
    details: {
      hint: "say where the flat image goes: docker-daemon:NAME, docker://NAME, docker-archive:PATH or oci:DIR",
    },
  });
}
