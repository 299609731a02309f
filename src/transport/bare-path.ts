import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ReferenceInvalidError } from "../errors.ts";

/**
 * Tells whether a bare text is the path of what may hold images. A folder is no candidate unless it is a layout: most
 * are where a person works.
 */
export async function mayHoldImage(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return found !== undefined;
  return (await stat(join(path, "oci-layout")).catch(() => undefined)) !== undefined;
}

/**
 * The error for a bare text that names a file or a layout and an image of Docker, which is for the person to settle.
 */
export function ambiguous(path: string): ReferenceInvalidError {
  return new ReferenceInvalidError(`${JSON.stringify(path)} is the name of both a file here and an image in Docker`, {
    details: { hint: `type ./${path} or docker-daemon:${path}` },
  });
}
