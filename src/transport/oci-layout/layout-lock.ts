import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, guardIo } from "../../bytes/io-error.ts";

/**
 * A lock older than a minute was left behind by a killed run and is removed: publishing only renames prepared files,
 * which takes moments.
 */
const STALE_MS = 60_000;
const POLL_MS = 20;

/**
 * Runs `work` while no other run of planish publishes to the same folder: reading and replacing `index.json` must be
 * one step, or one of two concurrent runs loses its image. Other tools have no lock, and do not know this one.
 * @throws TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED; the reason of an abort while it waits
 */
export async function withLayoutLock<T>(folder: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const path = join(folder, ".planish-lock");
  const mine = `${process.pid} ${randomUUID()}\n`;
  const guarded = <R>(step: () => R): Promise<R> => guardIo({ side: "destination", path: folder }, async () => step());
  let ahead: number | undefined;
  while (!(await guarded(() => take(path, mine)))) {
    ahead ??= await guarded(() => clockAhead(path));
    const now = Date.now() + ahead;
    if (!(await guarded(() => breakStale(path, now)))) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
  try {
    return await work();
  } finally {
    release(path, mine);
  }
}

/**
 * If another run has replaced this lock as stale, the lock there now is not ours to remove. One that cannot be removed
 * becomes stale, and must not hide how the work ended.
 */
function release(path: string, mine: string): void {
  try {
    if (contentOf(path) === mine) rmSync(path, { force: true });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

function take(path: string, mine: string): boolean {
  try {
    writeFileSync(path, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** How many milliseconds the filesystem's clock, which may be that of another machine, is ahead of this machine's. */
function clockAhead(path: string): number {
  const probe = `${path}-${randomUUID()}`;
  try {
    writeFileSync(probe, "", { flag: "wx" });
    return statSync(probe).mtimeMs - Date.now();
  } finally {
    rmSync(probe, { force: true });
  }
}

/**
 * Removes a stale lock. Of several runs that find it stale, only one can rename it; a run that by then renames the new
 * lock of another one puts it back. The steps are synchronous, to keep the time between them short. Returns whether to
 * try at once to take the lock.
 */
function breakStale(path: string, now: number): boolean {
  if (!isStale(path, now)) return false;
  const aside = `${path}-${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return true;
    throw error;
  }
  const fresh = isStale(aside, now) ? undefined : contentOf(aside);
  if (fresh !== undefined) take(path, fresh);
  rmSync(aside, { force: true });
  return fresh === undefined;
}

function isStale(path: string, now: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && now - found.mtimeMs > STALE_MS;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
