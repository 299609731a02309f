import { type ChildProcess, spawn } from "node:child_process";
import { createReadStream, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { shellQuote } from "../../../src/cli/text/shell-quote.ts";
import { dockerClassic, ociLayout, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const program = join(import.meta.dirname, "../../support/copy-image.ts");
/** Of bsdutils, which every Debian has. */
const PSEUDO_TERMINAL = "script";
const app = image({ tags: ["app:1"] });
const big = image({ tags: ["big:1"], layers: [layer(file("big", Buffer.alloc(3_000_000, "x")))] });

beforeEach(() => mkdirSync(folder.in("scratch")));

function copy(from: string, to: string): ChildProcess {
  return spawn(process.execPath, [program, from, to, folder.in("scratch")], { stdio: "pipe" });
}

/** Waits for the end; what was in scratch must be gone then. */
async function ended(child: ChildProcess): Promise<{ status: number | null; errors: string }> {
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  const errors = child.stderr === null ? "" : await text(child.stderr);
  const status = await closed;
  expect(readdirSync(folder.in("scratch"))).toEqual([]);
  return { status, errors: errors.trim() };
}

describe("stdin and stdout", () => {
  it("carry the archive that a file would hold", async () => {
    for (const [name, files] of [
      ["docker", dockerClassic(app)],
      ["oci", ociLayout(app)],
    ] as const) {
      const path = writeArchive(folder.in(`${name}.tar`), files, "gzip");
      const toFile = await ended(copy(path, folder.in(`${name}-copy.tar`)));
      expect(toFile).toEqual({ status: 0, errors: "" });
      const child = copy("-", "-");
      createReadStream(path).pipe(child.stdin as NodeJS.WritableStream);
      const chunks: Buffer[] = [];
      child.stdout?.on("data", (chunk) => chunks.push(chunk));
      expect(await ended(child)).toEqual({ status: 0, errors: "" });
      expect(Buffer.concat(chunks)).toEqual(readFileSync(folder.in(`${name}-copy.tar`)));
    }
  });

  it("give an error if the reader goes away", async () => {
    const child = copy(writeArchive(folder.in("big.tar"), dockerClassic(big)), "-");
    child.stdout?.once("data", () => child.stdout?.destroy());
    expect(await ended(child)).toEqual({ status: 1, errors: "TRANSPORT_FAILED" });
  });

  it("end with the reason of an abort, although the reader goes away afterwards", async () => {
    const child = copy(writeArchive(folder.in("big.tar"), dockerClassic(big)), "-");
    // One chunk is read, the next ones wait.
    await new Promise((resolve) => child.stdout?.once("readable", resolve));
    child.kill("SIGINT");
    child.stderr?.once("readable", () => child.stdout?.destroy());
    expect(await ended(child)).toEqual({ status: 1, errors: "Error: interrupted" });
  });

  it("end when interrupted while the writer sends nothing", async () => {
    const child = copy("-", folder.in("out.tar"));
    child.stdin?.write(Buffer.alloc(100_000));
    while (readdirSync(folder.in("scratch")).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    expect(await ended(child)).toEqual({ status: 1, errors: "Error: interrupted" });
    expect(readdirSync(folder.path)).toEqual(["scratch"]);
  });

  it("refuse a truncated archive", async () => {
    const child = copy("-", folder.in("out.tar"));
    child.stdin?.end(readFileSync(writeArchive(folder.in("a.tar"), dockerClassic(app))).subarray(0, 4000));
    expect(await ended(child)).toEqual({ status: 1, errors: "TAR_INVALID" });
  });

  it("are never a terminal", async () => {
    const archive = writeArchive(folder.in("a.tar"), dockerClassic(app));
    for (const [from, to, code] of [
      ["-", folder.in("out.tar"), "REFERENCE_INVALID"],
      [archive, "-", "DESTINATION_REFUSED"],
    ]) {
      const command = [process.execPath, program, from, to, folder.in("scratch")].map((word) => shellQuote(`${word}`));
      const child = spawn(PSEUDO_TERMINAL, ["-qec", command.join(" "), "/dev/null"], { stdio: "pipe" });
      const output = child.stdout === null ? "" : text(child.stdout);
      await ended(child);
      expect(await output).toContain(code);
    }
  });
});
