import { ImageInvalidError } from "../errors.ts";

/** The error for a file whose bytes are of two states. */
export function fileChanged(path: string): ImageInvalidError {
  return new ImageInvalidError("DIGEST_MISMATCH", `${path} changed while it was read`, { details: { path } });
}
