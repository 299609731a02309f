import { mkdir } from "node:fs/promises";

/**
 * Makes a folder, and those around it, where they are missing. On a read-only file system Node's recursive mkdir fails
 * with ENOENT for the outermost of them; made by itself, that one fails with the system's own error.
 */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" || error.path === undefined) throw error;
    return mkdir(error.path);
  });
}
