import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
/** What the formatter holds code to; comments and prose it leaves alone. */
const WIDTH = 120;
/** What programs write. */
const WRITTEN = /^bench\/(RESULTS|STAGES|KERNEL|REGISTRIES)\.md$/;

test("no comment is wider than the code that it stands beside", () => {
  const folders = ["src", "test", "assembly", "bench", "bin", "scripts"];
  const files = folders.flatMap((folder) => filesOf(folder, /\.(?:tsx?|cjs|sh)$/));
  expect(files.flatMap((file) => wideLines(file, /^\s*(?:\/\*\*?|\*|\/\/|#)\s/))).toEqual([]);
});

test("no prose is wider than code either", () => {
  const pages = [
    ...readdirSync(root).filter((name) => name.endsWith(".md")),
    ...["docs", "bench"].flatMap((folder) => filesOf(folder, /\.md$/)),
  ].filter((page) => !WRITTEN.test(page));
  expect(pages.flatMap((page) => wideLines(page, /^\s*[^|<#\s]/))).toEqual([]);
});

function filesOf(folder: string, name: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|out)\//.test(path));
}

/** Lines of a kind that could have been broken; those of code in a page and of its written parts are left out. */
function wideLines(file: string, kind: RegExp): string[] {
  let apart = false;
  const wide: string[] = [];
  for (const [at, line] of readFileSync(join(root, file), "utf8").split("\n").entries()) {
    if (/^\s*```|^<!-- (?:written by|end of)/.test(line)) apart = !apart;
    const start = line.search(/\S/);
    const breakable = line.slice(start, WIDTH).lastIndexOf(" ") > MARK_LENGTH;
    if (!apart && line.length > WIDTH && kind.test(line) && breakable) wide.push(`${file}:${at + 1}`);
  }
  return wide;
}

/** What stands before the first word: a list's mark, or a comment's. */
const MARK_LENGTH = 4;
