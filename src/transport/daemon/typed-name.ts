import { asImageName } from "../image-name.ts";

/** Tells whether a text may refer to an image of an engine: a name, a digest, an ID or the beginning of one. */
export function isTypedName(text: string): boolean {
  return isTypedId(text) || asImageName(text) !== undefined;
}

/** Tells whether a text may be an ID or the beginning of one. */
export function isTypedId(text: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{1,64}$/.test(text);
}
