import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { createScratch } from "../../src/bytes/scratch.ts";
import type { Context } from "../../src/context.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";

/** A folder for each test of a file, gone after it. */
export interface TestFolder {
  readonly path: string;
  /** A path in it. */
  in(name: string): string;
}

export function testFolder(): TestFolder {
  let path = "";
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "planish-test-"));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));
  return {
    get path() {
      return path;
    },
    in: (name) => join(path, name),
  };
}

/** A context whose scratch lies below a folder; disposing it is the caller's part, as in a run. */
export function transportContext(
  folder: string,
  { signal = new AbortController().signal, limits = {} }: { signal?: AbortSignal; limits?: Partial<Limits> } = {},
): Context & AsyncDisposable {
  const scratch = createScratch(folder);
  return {
    signal,
    limits: { ...DEFAULT_LIMITS, ...limits },
    scratch,
    concurrency: 1,
    report() {},
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}
