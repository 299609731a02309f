import { resolve } from "node:path";
import { parseImageName } from "./image-name.ts";
import { isFileReference, isStdio, type Reference } from "./reference.ts";

/**
 * Tells whether two references name images of one repository or one layout: what is beside one image is beside the
 * other.
 */
export function isSamePlace(one: Reference, other: Reference): boolean {
  if (isFileReference(one) || isFileReference(other)) {
    if (!isFileReference(one) || !isFileReference(other)) return false;
    return !isStdio(one) && resolve(one.path) === resolve(other.path);
  }
  if (one.transport !== "docker" || other.transport !== "docker") return false;
  return parseImageName(one.name).repository === parseImageName(other.name).repository;
}
