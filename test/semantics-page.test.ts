import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../src/limits.ts";

const root = resolve(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/semantics.md"), "utf8");
const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
  .join("\n");

/** First cells of the page's tables, cleaned of marks: what can be looked up. */
const explained = new Set(
  [...page.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = ""]) =>
    cell
      .replace("✗", "")
      .split(",")
      .map((name) => name.replaceAll("`", "").trim()),
  ),
);

const missing = (names: Iterable<string>) => [...new Set(names)].filter((name) => !explained.has(name)).sort();

describe("docs/semantics.md", () => {
  test("explains every rule that the code names by its id", () => {
    const ids = [...sources.matchAll(/\b(R\d+\.\d+|D(?:[1-9]|1[0-7]))\b/g)].map(([id]) => id);
    expect(ids.length).toBeGreaterThan(100);
    expect(missing(ids)).toEqual([]);
  });

  test("explains every diagnostic that has a name", () => {
    const found = sources.matchAll(/rule: "([a-z]+(?:-[a-z]+)+)"|^ {2}"([a-z]+(?:-[a-z]+)+)": \{(?: found:|$)/gm);
    const names = [...found].map(([, inline, row]) => inline ?? row ?? "");
    expect(names.length).toBeGreaterThan(8);
    expect(missing(names)).toEqual([]);
  });

  test("lists every limit", () => {
    expect(missing(Object.keys(DEFAULT_LIMITS))).toEqual([]);
  });
});
