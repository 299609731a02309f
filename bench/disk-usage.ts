import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { type EngineNamespace, viewPath } from "../test/support/engines/engine-namespace.ts";

/** Samples the disk usage repeatedly. */
export interface DiskWatch {
  stop(): void;
  /** The largest increase since the start, in bytes. */
  peak(): number;
}

const EVERY_MS = 50;

/** Watches folders, file by file, and the storage of engines, which is a separate filesystem. */
export async function watchDisk(folders: readonly string[], engines?: EngineNamespace): Promise<DiskWatch> {
  const used = async (): Promise<number> => {
    const sizes = await Promise.all([...folders.map(folderBytes), ...(engines ? [storageBytes(engines)] : [])]);
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const before = await used();
  let most = before;
  let looking = Promise.resolve();
  const look = (): void => {
    looking = looking.then(async () => {
      most = Math.max(most, await used());
    });
  };
  const timer = setInterval(look, EVERY_MS);
  return { stop: () => clearInterval(timer), peak: () => most - before };
}

/** Files that disappear meanwhile count as 0. */
async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += await folderBytes(path);
    else
      sum += await stat(path).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      );
  }
  return sum;
}

async function storageBytes(namespace: EngineNamespace): Promise<number> {
  const { bsize, blocks, bfree } = await statfs(viewPath(namespace, "none", join(namespace.state, "engines")));
  return (blocks - bfree) * bsize;
}
