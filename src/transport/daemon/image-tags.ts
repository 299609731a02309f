import { ReferenceInvalidError } from "../../errors.ts";
import { familiarName, fullName, parseImageName } from "../image-name.ts";
import type { EngineName } from "./client.ts";

/**
 * The tag under which an engine keeps an image of a name that a person types: always with a tag, for podman in full,
 * where a name without a registry is a local one (`localhost/app:flat`), as `podman tag` makes it.
 * @throws ReferenceInvalidError REFERENCE_INVALID for an ID or a digest too: they are not given but computed
 */
export function newTag(engine: EngineName, text: string): string {
  const name = parseImageName(text);
  if (name.digest !== undefined || /^sha(256|512):/.test(text)) {
    throw new ReferenceInvalidError(`${JSON.stringify(text)} is a digest: a new image needs a name`);
  }
  if (engine === "docker") return familiarName(name);
  return `${hasRegistry(text) ? "" : "localhost/"}${hasRegistry(text) ? fullName(name) : familiarName(name)}`;
}

/** The one of an image's tags that a name means; undefined when it was found by its ID or digest. */
export function tagMeant(tags: readonly string[], text: string): string | undefined {
  return candidates(text)
    .map((wanted) => tags.find((tag) => normal(tag) === wanted))
    .find((tag) => tag !== undefined);
}

/** podman looks for a name without a registry among its local ones first. */
function candidates(text: string): string[] {
  const name = normal(text);
  if (name === undefined || text.includes("@")) return [];
  return hasRegistry(text) ? [name] : [`localhost/${familiarName(parseImageName(text))}`, name];
}

function normal(text: string): string | undefined {
  try {
    return fullName(parseImageName(text));
  } catch {
    return undefined;
  }
}

function hasRegistry(text: string): boolean {
  const { repository } = parseImageName(text);
  return !repository.startsWith("docker.io/") || /^(index\.)?docker\.io\//.test(text);
}
