import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { engineCache } from "./engines/engine-set.ts";

/** Another program that reads or writes gzip, from stdin to stdout. */
export interface GzipProgram {
  readonly name: string;
  run(input: Uint8Array): Buffer;
}

const GO_SOURCE = fileURLToPath(new URL("gzip-go/main.go", import.meta.url));
const MAX_BUFFER = 256 * 1024 * 1024;

/** Go's own package, compiled when it is first asked for; undefined where Go is not installed. */
const go = spawnSync("go", ["version"]).status === 0 ? compileGo() : undefined;

/**
 * Those that are at hand of the compressors that layers are made with: all of Debian's where scripts/setup-tests.sh has
 * run.
 */
export const COMPRESSORS: readonly GzipProgram[] = present([
  ["gzip", "-6"],
  ["gzip", "-1"],
  ["pigz", "-p", "2"],
  ["pigz", "-p", "2", "-i"],
  ["pigz", "-0"],
  ["igzip", "-0"],
  ["igzip", "-1"],
  ["igzip", "-3"],
  ["libdeflate-gzip", "-1"],
  ["libdeflate-gzip", "-6"],
  ["libdeflate-gzip", "-12"],
  ...(go === undefined ? [] : [[go]]),
]);

/** Those that are at hand of the readers that engines use. */
export const DECOMPRESSORS: readonly GzipProgram[] = present([
  ["gzip", "-d"],
  ["pigz", "-d"],
  ["igzip", "-d"],
  ["libdeflate-gunzip"],
  ...(go === undefined ? [] : [[go, "-d"]]),
]);

function present(commands: readonly (readonly string[])[]): readonly GzipProgram[] {
  return commands.flatMap(([program = "", ...options]) => {
    const [file, ...before] = found(program) ?? [];
    if (file === undefined) return [];
    const args = [...before, ...options, ...(program === go ? [] : ["-c"])];
    return {
      name: [program === go ? "Go" : program, ...options].join(" "),
      run: (input) => execFileSync(file, args, { input, maxBuffer: MAX_BUFFER, stdio: ["pipe", "pipe", "pipe"] }),
    };
  });
}

/**
 * How a program is called: by its name, or in the root that scripts/setup-tests.sh makes for compressors, which takes
 * root. Undefined where neither goes.
 */
function found(program: string): readonly string[] | undefined {
  if (spawnSync("sh", ["-c", `command -v ${program}`]).status === 0) return [program];
  const root = join(engineCache(), "compressors");
  const usable = process.getuid?.() === 0 && existsSync(join(root, "usr/bin", program));
  return usable ? ["chroot", root, `/usr/bin/${program}`] : undefined;
}

function compileGo(): string {
  const folder = mkdtempSync(join(tmpdir(), "planish-test-go-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const binary = join(folder, "gzip-go");
  const args = ["build", "-o", binary, GO_SOURCE];
  if (spawnSync("go", args).status === 0) return binary;
  // Without a home folder that can be written to Go has no place for its cache.
  const env = { ...process.env, GOCACHE: join(folder, "cache") };
  execFileSync("go", args, { env, stdio: ["ignore", "ignore", "inherit"] });
  return binary;
}
