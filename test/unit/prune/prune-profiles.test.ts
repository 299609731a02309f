import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parsePathPattern } from "../../../src/prune/path-pattern.ts";
import { NEVER_PRUNED, PRUNE_PROFILES } from "../../../src/prune/prune-profiles.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/prune.md"), "utf8");
const quoted = (patterns: readonly string[]): string => patterns.map((pattern) => `\`${pattern}\``).join(" ");

test.each(PRUNE_PROFILES)("the documentation has every pattern of $name", ({ name, patterns }) => {
  expect(page).toContain(`| \`${name}\` | ${quoted(patterns)} |`);
});

test("the documentation lists what no profile removes", () => {
  expect(page).toContain(`| none | ${quoted(NEVER_PRUNED.map((path) => `!${path}`))} |`);
});

test("every pattern can be used", () => {
  const all = [...NEVER_PRUNED, ...PRUNE_PROFILES.flatMap(({ patterns }) => patterns)];
  expect(all.map((text) => parsePathPattern(text).text)).toEqual(all);
});
