import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellQuote } from "../../../../src/cli/text/shell-quote.ts";

test.each(["flat.tar", "my app's.tar", "$HOME; `id`", "", "a\\b", '"', "-n", "*", "日本"])(
  "the shell reads %j as the one word it was",
  (word) => {
    expect(execFileSync("sh", ["-c", `printf %s ${shellQuote(word)}`], { encoding: "utf8" })).toBe(word);
  },
);

test("a plain word stays plain", () => {
  expect(shellQuote("oci:layout/app:1.0")).toBe("oci:layout/app:1.0");
});
