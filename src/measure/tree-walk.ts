import { closeSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { errnoOf, ioError } from "../bytes/io-error.ts";

/** Called for each entry of a tree that is not a directory. Paths are bytes, since names need not be UTF-8. */
export type Visit = (path: Buffer, isFile: boolean) => void;

const SLASH = Buffer.from("/");

/** After this many directories the walk yields to the event loop. */
const DIRECTORIES_A_TURN = 256;

/**
 * Visits every entry below a folder, on the same filesystem only, so without /proc and volumes. Resolves to the number
 * of entries, including directories.
 */
export async function walkTree(root: string, visit: Visit, signal: AbortSignal): Promise<number> {
  const { dev } = lstatSync(root);
  const directories = [Buffer.from(root)];
  let entries = 0;
  for (let at = 0, directory = directories[0]; directory !== undefined; at += 1, directory = directories[at]) {
    if (at % DIRECTORIES_A_TURN === 0) {
      await nextTurn();
      signal.throwIfAborted();
    }
    if (lstatSync(directory).dev !== dev) continue;
    for (const entry of readdirSync(directory, { withFileTypes: true, encoding: "buffer" })) {
      const path = Buffer.concat([directory, SLASH, entry.name]);
      entries += 1;
      if (entry.isDirectory()) directories.push(path);
      else visit(path, entry.isFile());
    }
  }
  return entries;
}

/** A stat, as ls -l needs it. */
export const statFile: Visit = (path) => void lstatSync(path, { throwIfNoEntry: false });

const buffer = Buffer.allocUnsafeSlow(256 * 1024);

/** Reads a file to its end. */
export const readFile: Visit = (path, isFile) => {
  if (!isFile) return;
  const fd = openSync(path, "r");
  try {
    while (readSync(fd, buffer) > 0);
  } finally {
    closeSync(fd);
  }
};

/**
 * Runs work on a tree and returns whether this user may do it: in containers of a rootless engine, some files belong to
 * other users.
 * @throws TransportError for other failures of system calls
 */
export async function isAllowed(root: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (errnoOf(error) === "EACCES") return false;
    throw ioError(error, { side: "source", path: root });
  }
}
