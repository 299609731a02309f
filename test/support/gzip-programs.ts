import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Another program that reads or writes gzip, from stdin to stdout. */
export interface GzipProgram {
  readonly name: string;
  run(input: Uint8Array): Buffer;
}

const GO_SOURCE = fileURLToPath(new URL("gzip-go/main.go", import.meta.url));
const MAX_BUFFER = 256 * 1024 * 1024;

/** Go's own package, compiled when it is first asked for; undefined where Go is not installed. */
const go = spawnSync("go", ["version"]).status === 0 ? compileGo() : undefined;

/** Those that are installed of the compressors that layers are made with. */
export const COMPRESSORS: readonly GzipProgram[] = present([
  ["gzip", "-6"],
  ["gzip", "-1"],
  ["pigz", "-p", "2"],
  ["pigz", "-p", "2", "-i"],
  ["igzip", "-0"],
  ["igzip", "-2"],
  ["libdeflate-gzip", "-1"],
  ["libdeflate-gzip", "-12"],
  ...(go === undefined ? [] : [[go]]),
]);

/** Those that are installed of the readers that engines use. */
export const DECOMPRESSORS: readonly GzipProgram[] = present([
  ["gzip", "-d"],
  ["pigz", "-d"],
  ["igzip", "-d"],
  ["libdeflate-gunzip"],
  ...(go === undefined ? [] : [[go, "-d"]]),
]);

function present(commands: readonly (readonly string[])[]): readonly GzipProgram[] {
  return commands
    .filter(([program = ""]) => program === go || spawnSync("sh", ["-c", `command -v ${program}`]).status === 0)
    .map(([program = "", ...options]) => {
      const args = program === go ? options : [...options, "-c"];
      return {
        name: [program === go ? "Go" : program, ...options].join(" "),
        run: (input) => execFileSync(program, args, { input, maxBuffer: MAX_BUFFER, stdio: ["pipe", "pipe", "pipe"] }),
      };
    });
}

function compileGo(): string {
  const binary = join(mkdtempSync(join(tmpdir(), "planish-test-go-")), "gzip-go");
  execFileSync("go", ["build", "-o", binary, GO_SOURCE], { stdio: ["ignore", "ignore", "inherit"] });
  return binary;
}
