import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, guardIo } from "../../bytes/io-error.ts";

/** What a run that was killed leaves of this kind is passed over after a minute: publishing renames files that lie ready, which takes a moment. */
const STALE_MS = 60_000;
const POLL_MS = 20;

/**
 * Runs work while no other run of planish publishes to the same folder: reading `index.json` and replacing it must be one step, or two runs that end together lose
 * the image of one. Other tools do not know of the lock, as none of them has one.
 * @throws TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED; the reason of an abort while it waits
 */
export async function withLayoutLock<T>(folder: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const path = join(folder, ".planish-lock");
  while (!(await guardIo({ side: "destination", path: folder }, () => take(path)))) {
    if (await isStale(path)) await rm(path, { force: true });
    else await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS;
}
