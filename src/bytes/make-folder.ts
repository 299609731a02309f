import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf } from "./io-error.ts";

/**
 * Makes a folder, and those around it, where they are missing. Node says ENOENT of what a read-only file system lacks;
 * here the system's own word is thrown.
 */
export async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    await makeOutermost(path, mode);
    throw error;
  }
}

/** Tries each folder by itself, outwards, until one is missing for another reason than that the next one is. */
async function makeOutermost(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeOutermost(dirname(path), mode);
  }
}
