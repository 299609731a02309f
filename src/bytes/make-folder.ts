import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf } from "./io-error.ts";

/**
 * Creates a folder and its missing parents. On a read-only file system Node's recursive `mkdir` fails with ENOENT; this
 * throws the error of the system instead.
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

/**
 * Tries to create each folder on its own, from the innermost outwards, until one fails with another error than ENOENT.
 */
async function makeOutermost(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeOutermost(dirname(path), mode);
  }
}
