import { describe, expect, test } from "vitest";
import { createPaint, describeTerminal } from "../../../src/cli/terminal.ts";

const screen = { isTTY: true, columns: 100 };
const utf8 = { LANG: "en_GB.UTF-8", TERM: "xterm-256color" };

describe("describeTerminal", () => {
  test("a terminal has colours", () => {
    expect(describeTerminal(screen, utf8)).toEqual({ interactive: true, colour: true, unicode: true, columns: 100 });
  });

  test("a pipe has no width and no colour", () => {
    expect(describeTerminal({}, utf8)).toEqual({
      interactive: false,
      colour: false,
      unicode: true,
      columns: undefined,
    });
  });

  test.each([
    ["NO_COLOR", { NO_COLOR: "1" }, { interactive: true, colour: false }],
    ["an empty NO_COLOR", { NO_COLOR: "" }, { interactive: true, colour: true }],
    ["CI", { CI: "true" }, { interactive: false, colour: true }],
    ["TERM=dumb", { TERM: "dumb" }, { interactive: false, colour: false }],
    ["the C locale", { LC_ALL: "C" }, { unicode: false }],
    ["no locale", { LANG: "" }, { unicode: false }],
  ])("%s is heeded", (_, env, expected) => {
    expect(describeTerminal(screen, { ...utf8, ...env })).toMatchObject(expected);
  });

  test("a terminal of unknown width has 80 columns, and no lines are redrawn on it", () => {
    expect(describeTerminal({ isTTY: true }, {}).columns).toBe(80);
    expect(describeTerminal({ isTTY: true, columns: 0 }, utf8)).toMatchObject({ columns: 80, interactive: false });
  });
});

test("paint leaves text unchanged without colours", () => {
  expect(createPaint({ colour: false, unicode: true })("green", "done")).toBe("done");
  expect(createPaint({ colour: true, unicode: true })("green", "done")).toBe("\x1b[32mdone\x1b[39m");
});
