import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ReferenceInvalidError } from "../errors.ts";

/**
 * Tells whether a bare text is the path of something that may hold images. A folder counts only if it is a layout,
 * since most folders have nothing to do with images.
 */
export async function mayHoldImage(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return found !== undefined;
  return (await stat(join(path, "oci-layout")).catch(() => undefined)) !== undefined;
}

/** The error for a bare text that names both a file or a layout and an image of Docker. */
export function ambiguous(path: string): ReferenceInvalidError {
  return new ReferenceInvalidError(`${JSON.stringify(path)} is the name of both a file here and an image in Docker`, {
    details: { hint: `type ./${path} or docker-daemon:${path}` },
  });
}
