import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** A folder for each test of a file, removed after it; not for concurrent tests, which would share one. */
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
