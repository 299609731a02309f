import { ReferenceInvalidError } from "../../errors.ts";
import { familiarName, fullName, parseImageName } from "../image-name.ts";
import type { EngineName } from "./client.ts";

/**
 * The name, always with a tag, that an engine gives an image for a typed name. Podman's are full names; one without a
 * registry is local (`localhost/app:flat`), as `podman tag` makes it.
 * @throws ReferenceInvalidError REFERENCE_INVALID, also for an ID or a digest: those cannot be chosen
 */
export function newTag(engine: EngineName, text: string): string {
  const name = parseImageName(text);
  if (name.digest !== undefined || /^sha(256|512):/.test(text)) {
    throw new ReferenceInvalidError(`${JSON.stringify(text)} is a digest: a new image needs a name`);
  }
  if (engine === "docker") return familiarName(name);
  return `${hasRegistry(text) ? "" : "localhost/"}${hasRegistry(text) ? fullName(name) : familiarName(name)}`;
}

/** The one of an image's tags that a typed name means; undefined if the image was found by its ID or digest. */
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
