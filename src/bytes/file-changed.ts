import { ImageInvalidError } from "../errors.ts";

/** The error for a file that changed while it was read. */
export function fileChanged(path: string): ImageInvalidError {
  return new ImageInvalidError("DIGEST_MISMATCH", `${path} changed while it was read`, { details: { path } });
}
