import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PathSelection, pathRules } from "../../../src/prune/path-rules.ts";

/** The name of the rule that leaves a path out. */
function ruleOf(selection: PathSelection, path: string, { filledFile = true } = {}): string | undefined {
  const { rules, root } = pathRules(selection);
  const number = path
    .split("/")
    .reduce((state, name) => state.below(name), root)
    .rule(filledFile);
  return number === undefined ? undefined : rules[number]?.value;
}

const excludes = (patterns: string | readonly string[], path: string): boolean =>
  ruleOf({ exclude: [patterns].flat() }, Buffer.from(path).toString("latin1")) !== undefined;

describe("patterns of .dockerignore", () => {
  test.each([
    ["**", "file", true],
    ["**", "dir/file", true],
    ["**/", "file", true],
    ["**/**", "dir/file", true],
    ["dir/**", "dir/file", true],
    ["dir/**", "dir", false],
    ["**/dir2/*", "dir/dir2/file", true],
    ["**/dir2/*", "dir/dir2/dir2/file", true],
    ["**/dir2/**", "dir/dir2", false],
    ["**file", "dir/file", true],
    ["**file", "dir/afile", true],
    ["**/file", "dir/afile", false],
    ["**file", "file.txt", false],
    ["**/file*txt", "dir/dir/file.txt", true],
    ["**/**/*.txt", "dir/dir/file.txt", true],
    ["a**/*.txt", "a/dir/dir/file.txt", true],
    ["a**/*.txt", "dir/a/file.txt", false],
    ["a/**/*.txt", "a/file.txt", true],
    ["a/*.txt", "a/dir/file.txt", false],
    ["a/*.txt**", "a/file.txt", true],
    ["a[b-d]e", "ace", true],
    ["a[^b-d]e", "aze", true],
    ["a[^b-d]e", "ace", false],
    ["[\\d]", "d", true],
    ["[\\d]", "5", false],
    ["[a\\-z]", "-", true],
    ["[a\\-z]", "m", false],
    ["[\\[^]", "[", true],
    ["[\\[^]", "^", true],
    ["[\\[^]", "\\", false],
    ["[\\\\]", "\\", true],
    ["[x\\]]", "]", true],
    ["a**/b", "ab", true],
    ["a**/b", "ax/y/b", true],
    ["a**b", "axb", false],
    ["a**b**c", "abc", true],
    ["a**b**c", "abx/c", true],
    ["a**b**c", "abx", false],
    ["a**b**c", "ax/y/bz/c", true],
    ["**b?", "bx", true],
    ["**b?", "a/y/bx", true],
    ["**b?", "abx", false],
    ["a**", "ax", true],
    ["**a*", "b/ba", false],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["file.txt", "fileXtxt", false],
    ["a.|)$(}+{bc", "a.|)$(}+{bc", true],
    [".*", ".foo", true],
    ["abc.def", "abcdef", false],
    ["**/foo/bar", "foo/bar", true],
    ["abc/**", "abc/def/ghi", true],
    ["foo", "foo/bar/baz", true],
    ["/foo/", "foo", true],
    ["./foo//bar/../baz", "foo/baz", true],
    ["?", "a", true],
    ["?", "ä", true],
    ["??", "ä", false],
    ["ä*", "äpfel", true],
    ["*", "two\nlines", true],
  ])("%j on %j: %s", (pattern, path, expected) => {
    expect(excludes(pattern, path)).toBe(expected);
  });

  test.each([
    [["**", "!util/docker/web"], "util/docker/web/foo", false],
    [["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", true],
    [["*.md", "!README.md"], "README.md", false],
    [["*.md", "!README.md", "README*"], "README.md", true],
    [["docs", "!docs/a"], "docs/b", true],
    [["docs", "! docs/a "], "docs/a/x", false],
    [["!docs"], "docs", false],
  ])("of %j the last that matches %j counts: %s", (patterns, path, expected) => {
    expect(excludes(patterns, path)).toBe(expected);
  });

  test.each(["", "!", "/", ".", "../x", "a/../..", "[", "a[]b", "a[z-a]", "end\\", "a**".repeat(9)])(
    "refuses %j",
    (pattern) => {
      expect(() => pathRules({ exclude: [pattern] })).toThrowError(
        expect.objectContaining({
          code: "ARGUMENT_INVALID",
          message: expect.stringContaining(JSON.stringify(pattern)),
        }),
      );
    },
  );
});

describe("stars within a name", () => {
  test("match what a search through all places finds", () => {
    const pattern = fc.array(fc.constantFrom("*", "*", "?", "a", "b", "ä"), { minLength: 1, maxLength: 8 });
    const name = fc.array(fc.constantFrom("a", "b", "ä", "€"), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(pattern, name, (chars, letters) => {
        const glob = [...chars.join("").replaceAll(/\*+/g, "*")];
        expect(excludes(glob.join(""), letters.join(""))).toBe(isMatch(glob, letters));
      }),
      { numRuns: 2000 },
    );
  });

  test("take no time that grows with the ways in which they could match", () => {
    const begun = performance.now();
    expect(excludes(`${"*a".repeat(30)}b`, "a".repeat(255))).toBe(false);
    expect(excludes(`${"*?a".repeat(30)}*`, "a".repeat(255))).toBe(true);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

function isMatch([char, ...others]: readonly string[], name: readonly string[]): boolean {
  const [letter, ...rest] = name;
  if (char === "*") return isMatch(others, name) || (letter !== undefined && isMatch([char, ...others], rest));
  if (char === undefined || letter === undefined) return char === letter;
  return (char === "?" || char === letter) && isMatch(others, rest);
}

describe("profiles and patterns together", () => {
  test("a profile removes what it names", () => {
    expect(ruleOf({ prune: ["pyc", "apt"] }, "usr/lib/python3/__pycache__/os.pyc")).toBe("pyc");
    expect(ruleOf({ prune: ["apt"] }, "var/cache/apt/pkgcache.bin")).toBe("apt");
    expect(ruleOf({ prune: ["pyc"] }, "var/cache/apt/pkgcache.bin")).toBeUndefined();
  });

  test("a pattern that keeps overrides profiles; one that removes is reported before them", () => {
    const exclude = ["!usr/share/doc/app", "usr/share/doc/tool"];
    expect(ruleOf({ prune: ["docs"], exclude }, "usr/share/doc/app/manual")).toBeUndefined();
    expect(ruleOf({ prune: ["docs"], exclude }, "usr/share/doc/other/manual")).toBe("docs");
    expect(ruleOf({ prune: ["docs"], exclude }, "usr/share/doc/tool/manual")).toBe("usr/share/doc/tool");
  });

  test("what one profile keeps, another may remove", () => {
    expect(ruleOf({ prune: ["docs", "man"] }, "usr/share/man/man1/ls.1.gz")).toBe("man");
    expect(ruleOf({ prune: ["apt", "caches"] }, "var/cache/ldconfig/aux-cache")).toBe("caches");
  });

  test("no profile removes a database of a package manager or a licence, but a pattern may", () => {
    expect(ruleOf({ prune: ["docs"] }, "usr/share/doc/bash/copyright")).toBeUndefined();
    expect(ruleOf({ prune: ["docs"] }, "usr/share/doc/bash/LICENSE.txt")).toBeUndefined();
    expect(ruleOf({ prune: ["docs"], exclude: ["usr/share/doc"] }, "usr/share/doc/bash/copyright")).toBe(
      "usr/share/doc",
    );
  });

  test("logs removes only files that are not empty", () => {
    expect(ruleOf({ prune: ["logs"] }, "var/log/nginx/access.log")).toBe("logs");
    expect(ruleOf({ prune: ["logs"] }, "var/log/nginx", { filledFile: false })).toBeUndefined();
  });
});

test("a hundred thousand paths of one folder are matched in little time", () => {
  const names = Array.from({ length: 100_000 }, (_, at) => `file-${at}`);
  const { root } = pathRules({ exclude: names.map((name) => `app/files/${name}`) });
  const folder = root.below("app").below("files");
  expect(names.every((name) => folder.below(name).matches)).toBe(true);
  expect(folder.below("other").matches).toBe(false);
});
