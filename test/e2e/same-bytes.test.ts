import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { sampleBytes } from "../support/byte-streams.ts";
import { DIALECTS } from "../support/deflate-dialects.ts";
import { engineCache } from "../support/engines/engine-set.ts";
import { runCommand } from "../support/engines/run-command.ts";
import { ociLayout, writeFolder } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { dir, file, layer, whiteout } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
const ENTRY = fileURLToPath(new URL("../../bin/planish.cjs", import.meta.url));

/** This Node, and those installed by scripts/setup-tests.sh, of which it may be one. */
const NODES = [
  ...[...new Set([realpathSync(process.execPath), ...fetchedNodes()])].map((node) => [node]),
  ...(process.env.PLANISH_TEST_MACHINES ?? "").split(" ").filter(Boolean).map(emulatedNode),
];
const WORKERS = [1, 2, 8];

function fetchedNodes(): string[] {
  const packages = join(engineCache(), "nodes/node_modules");
  if (!existsSync(packages)) return [];
  const names = readdirSync(packages).filter((name) => /^node\d+$/.test(name));
  return names.map((name) => realpathSync(join(packages, name, "bin/node")));
}

/** The command for Node on another architecture. */
function emulatedNode(architecture: string): string[] {
  const root = join(engineCache(), `machine-${architecture}`);
  const machine = { arm64: "aarch64", ppc64el: "ppc64le" }[architecture] ?? architecture;
  return [join(engineCache(), `qemu/usr/bin/qemu-${machine}-static`), "-L", root, join(root, "usr/bin/node")];
}

/** A layer of each dialect, each removing part of the one before: enough for threads and all kinds of joints. */
function writeSource(): void {
  const program = readFileSync(process.execPath);
  const layers = DIALECTS.map((_, number) =>
    layer(
      dir(`d${number}`),
      ...(number === 0 ? [] : [whiteout(`d${number - 1}/b`)]),
      file(`d${number}/a`, sampleBytes(200_000 + number, number + 1)),
      file(`d${number}/b`, sampleBytes(60_000, number + 50)),
      file(`d${number}/c`, program.subarray(number * 1_000_000, number * 1_000_000 + 1_000_000)),
    ),
  );
  const gzip = (tar: Uint8Array, number: number) => (DIALECTS[number] ?? DIALECTS[0])?.gzip(Buffer.from(tar)) ?? tar;
  writeFolder(folder.in("source"), ociLayout(image({ layers, compression: "gzip", gzip })));
}

describe("a spliced image", () => {
  it(`is the same to the byte for any number of workers, on ${NODES.length} Nodes`, {
    timeout: NODES.length * 60_000,
  }, async () => {
    writeSource();
    const seen = new Map<string, string>();
    for (const node of NODES) {
      const { stdout: about } = await runCommand([...node, "-p", "process.version + process.arch"]);
      for (const workers of WORKERS) {
        const run = `${about.trim()} with ${workers}`;
        const args = ["flatten", "--format", "json", `oci:${folder.in("source")}`, `oci:${folder.in(run)}:flat`];
        const { stdout } = await runCommand([...node, ENTRY, ...args, "--concurrency", String(workers)]);
        const { digest, images } = JSON.parse(stdout);
        expect(images[0].after.layers[0].copied.spliced).toBeGreaterThan(5_000_000);
        seen.set(run, digest);
      }
    }
    expect(new Set(seen.values()).size, JSON.stringify([...seen])).toBe(1);
  });
});
