import { TransportError } from "../../errors.ts";
import type { ImageName } from "../image-name.ts";
import { repositoryOf } from "./repository.ts";

/** Throws the error again, with a hint that the registry may have the image under another tag. */
export function noTag(error: unknown, name: ImageName): never {
  if (error instanceof TransportError && error.code === "SOURCE_NOT_FOUND") {
    const { registry, repository } = repositoryOf(name);
    error.details = { hint: `planish images docker://${registry}/${repository} lists its tags`, ...error.details };
  }
  throw error;
}
