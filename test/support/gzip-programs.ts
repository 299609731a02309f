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

/** Go's gzip package, compiled when first needed; undefined if Go is not installed. */
const go = spawnSync("go", ["version"]).status === 0 ? compileGo() : undefined;

/**
 * The available compressors with which layers are made; after scripts/setup-tests.sh has run, all those of Debian.
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

/** The available readers that engines use. */
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
 * The command for a program: its name, or the one in the root filesystem that scripts/setup-tests.sh makes for
 * compressors, which needs root. Undefined if neither works.
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
  // Go needs a writable home folder for its cache.
  const env = { ...process.env, GOCACHE: join(folder, "cache") };
  execFileSync("go", args, { env, stdio: ["ignore", "ignore", "inherit"] });
  return binary;
}
