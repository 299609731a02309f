import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The temporary directory of one run, made when first used; disposing it removes it with all that it holds. */
export interface Scratch extends AsyncDisposable {
  /** A path inside the directory that no other call returned; the file does not exist yet. */
  path(label: string): Promise<string>;
}

/** Makes a {@link Scratch} below `parent`, by default the system's temporary directory. */
export function createScratch(parent: string = tmpdir()): Scratch {
  let directory: Promise<string> | undefined;
  let count = 0;
  return {
    async path(label) {
      directory ??= mkdtemp(join(parent, "planish-"));
      count += 1;
      return join(await directory, `${count}-${label}`);
    },
    async [Symbol.asyncDispose]() {
      if (directory !== undefined) await rm(await directory, { recursive: true, force: true });
    },
  };
}
