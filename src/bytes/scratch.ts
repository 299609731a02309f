import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardIo } from "./io-error.ts";

/**
 * The temporary directory of one run, made when first used; disposing it removes it with all that it holds, and doing
 * so again waits for that.
 */
export interface Scratch extends AsyncDisposable {
  /** A path inside the directory that no other call returned; the file does not exist yet. */
  path(label: string): Promise<string>;
  /** Takes over something that is open in the directory: it is disposed before the directory goes. */
  own(resource: AsyncDisposable): void;
  /** Bytes of the files that are in the directory now. */
  bytes(): Promise<number>;
}

/** Makes a {@link Scratch} below `parent`, by default the system's temporary directory. */
export function createScratch(parent: string = tmpdir()): Scratch {
  let directory: Promise<string> | undefined;
  const owned: AsyncDisposable[] = [];
  let count = 0;
  let gone: Promise<void> | undefined;
  return {
    async path(label) {
      // What is made now nobody would remove.
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
    [Symbol.asyncDispose]() {
      gone ??= remove();
      return gone;
    },
  };

  async function remove(): Promise<void> {
    await Promise.all(owned.map((resource) => resource[Symbol.asyncDispose]()));
    // A directory that could not be made need not be removed; whoever asked for it got the error.
    const made = await directory?.catch(() => undefined);
    if (made !== undefined) await rm(made, { recursive: true, force: true });
  }
}
