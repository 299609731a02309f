import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardIo } from "./io-error.ts";

/** The temporary directory of one run, made when first used; disposing it removes it with all that it holds. */
export interface Scratch extends AsyncDisposable {
  /** A path inside the directory that no other call returned; the file does not exist yet. */
  path(label: string): Promise<string>;
  /** Takes over something that is open in the directory: it is disposed before the directory goes. */
  own(resource: AsyncDisposable): void;
}

/** Makes a {@link Scratch} below `parent`, by default the system's temporary directory. */
export function createScratch(parent: string = tmpdir()): Scratch {
  let directory: Promise<string> | undefined;
  const owned: AsyncDisposable[] = [];
  let count = 0;
  return {
    async path(label) {
      directory ??= guardIo({ side: "scratch", path: parent }, () => mkdtemp(join(parent, "planish-")));
      count += 1;
      const name = `${count}-${label}`;
      return join(await directory, name);
    },
    own(resource) {
      owned.push(resource);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(owned.map((resource) => resource[Symbol.asyncDispose]()));
      // A directory that could not be made need not be removed; whoever asked for it got the error.
      const made = await directory?.catch(() => undefined);
      if (made !== undefined) await rm(made, { recursive: true, force: true });
    },
  };
}
