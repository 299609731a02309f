import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const src = join(root, "src");

/**
 * A module imports only from modules to its left, and from itself. A module is a folder of src/, or a file there; the
 * report page, which runs in browsers, is one of its own.
 */
const ORDER = [
  "errors",
  "diagnostic",
  "limits",
  "amount",
  "oci",
  "bytes",
  "compression",
  "tar",
  "kernel",
  "workers",
  "progress",
  "context",
  "transport",
  "secrets",
  "change",
  "image",
  "scan",
  "prune",
  "plan",
  "encode",
  "verify",
  "squash-options",
  "flatten-options",
  "check-values",
  "run",
  "images",
  "squash",
  "provenance",
  "flatten-result",
  "check-options",
  "check-effects",
  "choose-forms",
  "copy-options",
  "copy-result",
  "copy-layers",
  "write-kept-layers",
  "flatten-layers",
  "flatten",
  "copy-others",
  "copy",
  "image-names",
  "inspect",
  "demo",
  "measure",
  "report",
  "index",
  "cli",
  "report/page",
] as const;

const PACKAGES_OF: Readonly<Record<string, readonly string[]>> = {
  plan: [],
  tar: [],
  errors: [],
  diagnostic: [],
  limits: [],
  amount: [],
};
const MAX_LINES = 350;

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = sourceFiles(src);
const imports = files.flatMap(importsOf);

describe("the architecture", () => {
  test("every module of src/ has its place in the order, and nothing else has", () => {
    expect([...new Set(files.map(moduleOf))].sort()).toEqual([...ORDER].sort());
  });

  test("a module imports only from those to its left", () => {
    const rank = (file: string): number => (ORDER as readonly string[]).indexOf(moduleOf(file));
    const wrong = imports.filter(({ from, to }) => to.startsWith("/") && rank(to) > rank(from));
    expect(wrong.map(show)).toEqual([]);
  });

  test("plan is pure: it imports nothing of Node and no package", () => {
    const wrong = imports.filter(({ from, to }) => PACKAGES_OF[moduleOf(from)]?.length === 0 && !to.startsWith("/"));
    expect(wrong.map(show)).toEqual([]);
  });

  test("the command line uses the public library alone", () => {
    const allowed = new Set(["index", "cli"]);
    const wrong = imports.filter(
      ({ from, to }) => moduleOf(from) === "cli" && to.startsWith("/") && !allowed.has(moduleOf(to)),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test("the report page takes nothing of the command line but how text is written", () => {
    const wrong = imports.filter(
      ({ from, to }) => moduleOf(from) === "report/page" && moduleOf(to) === "cli" && !/\/cli\/(text|views)\//.test(to),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test("the verifier shares no code with what it verifies", () => {
    const forbidden = new Set(["tar", "kernel", "scan", "prune", "plan", "encode"]);
    const wrong = imports.filter(
      ({ from, to }) => moduleOf(from) === "verify" && to.startsWith("/") && forbidden.has(moduleOf(to)),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test("numbers in a kernel's memory are read with their byte order, since not every machine has its", () => {
    const views = /new (?!Uint8Array|DataView)\w+Array\([^;]*\bmemory\.buffer/;
    const wrong = files.filter((file) => views.test(readFileSync(file, "utf8")));
    expect(wrong.map((file) => relative(src, file))).toEqual([]);
  });

  test("no source or test file is longer than a reader's patience", () => {
    const long = [...files, ...sourceFiles(join(root, "test")), ...sourceFiles(join(root, "bench"))]
      .map((file) => ({ file: relative(root, file), lines: readFileSync(file, "utf8").split("\n").length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });
});

function show({ from, to }: Import): string {
  return `${relative(src, from)} → ${to.startsWith("/") ? relative(src, to) : to}`;
}

function moduleOf(file: string): string {
  const [first = "", second] = relative(src, file).split("/");
  return first === "report" && second === "page" ? "report/page" : first.replace(/\.ts$/, "");
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm);
  return [...found].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? "";
    return { from: file, to: target.startsWith(".") ? resolve(dirname(file), target) : target };
  });
}

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|cts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes("/node_modules/"));
}
