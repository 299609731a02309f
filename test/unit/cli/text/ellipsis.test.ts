import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { endEllipsis, middleEllipsis } from "../../../../src/cli/text/ellipsis.ts";

describe("middleEllipsis", () => {
  test("leaves a text that fits unchanged", () => {
    expect(middleEllipsis("usr/bin", 7, "…")).toBe("usr/bin");
  });

  test("keeps the start and the end", () => {
    expect(middleEllipsis("usr/share/doc/very/long/path/copyright", 20, "…")).toBe("usr/share/…copyright");
  });

  test("counts wide characters as two columns and never cuts one in half", () => {
    const text = "日本語の長いファイル名です";
    for (let columns = 3; columns < 26; columns += 1) {
      expect(stringWidth(middleEllipsis(text, columns, "…"))).toBeLessThanOrEqual(columns);
    }
  });

  test("examines only the shown part of a very long text, and cuts endless combining marks", () => {
    const long = middleEllipsis(`start ${"👩\u200d".repeat(500_000)} the end`, 20, "…");
    expect(long).toMatch(/^start .*….* the end$/u);
    expect(stringWidth(long)).toBeLessThanOrEqual(20);
    for (const shorten of [middleEllipsis, endEllipsis]) {
      expect(shorten(`a${"\u0301".repeat(500_000)}`, 20, "…").length).toBeLessThan(2000);
    }
  });

  test("cuts the end if there is no room for both", () => {
    expect(middleEllipsis("abcdef", 2, "...")).toBe("ab");
  });
});

test("endEllipsis cuts the end and marks it", () => {
  expect(endEllipsis("apt-get install curl", 10, "...")).toBe("apt-get...");
});
