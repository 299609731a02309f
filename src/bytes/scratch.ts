import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardIo } from "./io-error.ts";

/**
 * The temporary directory of one run, created at first use; disposing it removes it with its contents. Disposing it
 * again waits for the first removal. Rejects with TransportError TRANSPORT_FAILED if something cannot be removed.
 */
export interface Scratch extends AsyncDisposable {
  /** A new path inside the directory, different for each call; the file does not exist yet. */
  path(label: string): Promise<string>;
  /** Takes ownership of a resource that is open in the directory: it is disposed before the directory is removed. */
  own(resource: AsyncDisposable): void;
  /** Bytes of the files that are in the directory now. */
  bytes(): Promise<number>;
  /** Another scratch in the same place, for files that are to be removed before the run ends. */
  sibling(): Scratch;
}

/** Creates a {@link Scratch} below `parent`, by default the system's temporary directory. */
export function createScratch(parent: string = tmpdir()): Scratch {
  let directory: Promise<string> | undefined;
  const owned: AsyncDisposable[] = [];
  let count = 0;
  let gone: Promise<void> | undefined;
  return {
    async path(label) {
      // A directory created now would never be removed.
      if (gone !== undefined) throw new Error("the scratch is used after its run");
      directory ??= guardIo({ side: "scratch", path: parent }, () => mkdtemp(join(parent, "planish-")));
      count += 1;
      const name = `${count}-${label}`;
      return join(await directory, name);
    },
    own(resource) {
      owned.push(resource);
    },
    async bytes() {
      const made = await directory;
      if (made === undefined) return 0;
      const files = await guardIo({ side: "scratch", path: made }, async () => {
        const names = await readdir(made);
        return Promise.all(names.map((name) => stat(join(made, name))));
      });
      return files.reduce((sum, { size }) => sum + size, 0);
    },
    sibling: () => createScratch(parent),
    [Symbol.asyncDispose]() {
      gone ??= remove();
      return gone;
    },
  };

  async function remove(): Promise<void> {
    const closing = owned.map(async (resource) => resource[Symbol.asyncDispose]());
    await Promise.allSettled(closing);
    // If the directory could not be created, there is nothing to remove, and `path` has thrown the error.
    const made = await directory?.catch(() => undefined);
    if (made !== undefined) {
      await guardIo({ side: "scratch", path: made }, () => rm(made, { recursive: true, force: true }));
    }
    // Rejects if something could not be closed, now that nothing is left on the disk.
    await Promise.all(closing);
  }
}
