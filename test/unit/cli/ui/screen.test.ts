import { describe, expect, test } from "vitest";
import { createScreen } from "../../../../src/cli/ui/screen.ts";
import { reflowingTerminal } from "../../../support/reflowing-terminal.ts";

/** Lines as wide as a terminal allows. */
const frame = (columns: number) => ["scan", "encode", "write"].map((name) => name.padEnd(columns - 1, "."));

describe("lines that are drawn again and again", () => {
  test.each([true, false])("leave nothing behind when the terminal becomes narrower (reflow: %s)", (reflow) => {
    const terminal = reflowingTerminal(60, 10);
    const screen = createScreen(terminal as unknown as NodeJS.WriteStream);
    terminal.write("$ planish\n");
    screen.draw(frame(60));
    screen.draw(frame(60));
    terminal.narrow(25, reflow);
    // Drawn before the program knows.
    screen.draw(frame(60));
    screen.draw(frame(25));
    expect(terminal.lines()).toEqual(["$ planish", ...frame(25)]);
    screen.leave(frame(25));
    terminal.write("done\n");
    expect(terminal.lines()).toEqual(["$ planish", ...frame(25), "done", ""]);
  });

  test("are removed, and what follows stays", () => {
    const terminal = reflowingTerminal(60, 10);
    const screen = createScreen(terminal as unknown as NodeJS.WriteStream);
    terminal.write("$ planish\n");
    screen.draw(frame(60));
    screen.clear();
    terminal.write("result\n");
    screen.clear();
    expect(terminal.lines()).toEqual(["$ planish", "result", ""]);
  });

  test("are the last ones if the terminal is too low for all, and at the end all", () => {
    const terminal = reflowingTerminal(60, 4);
    const screen = createScreen(terminal as unknown as NodeJS.WriteStream);
    const many = Array.from({ length: 9 }, (_, at) => `stage ${at}`);
    terminal.write("$ planish\n");
    screen.draw(many);
    screen.draw(many);
    expect(terminal.lines()).toEqual(["$ planish", ...many.slice(-4)]);
    screen.leave(many);
    expect(terminal.lines()).toEqual(["$ planish", ...many, ""]);
  });
});
