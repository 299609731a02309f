import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { createUi } from "../../../../src/cli/ui/create-ui.ts";
import type { ProgressMode } from "../../../../src/cli/ui/ui.ts";
import { unread } from "../../../support/unread.ts";

interface Case {
  readonly mode?: ProgressMode;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly interactive?: boolean;
  readonly transient?: boolean;
  /** It ends before its first stage. */
  readonly fails?: boolean;
}

/** The stderr of a short run. */
async function shown({
  mode = "auto",
  quiet = false,
  json = false,
  interactive = false,
  transient = false,
  fails = false,
}: Case): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY: interactive, columns: 80 }) as PassThrough &
    NodeJS.WriteStream;
  const terminal = { interactive, colour: false, unicode: false, columns: 80 };
  const ui = await createUi({ mode, quiet, json, transient, terminal, stream });
  if (!fails) {
    ui.report({ type: "started", stage: "scan", label: "8 layers" });
    ui.report({ type: "finished", stage: "scan", milliseconds: 100 });
  }
  ui.close();
  ui.close();
  return unread(stream);
}

describe("the progress display", () => {
  test("is drawn on a terminal", async () => {
    const drawn = await shown({ interactive: true });
    expect(drawn).toContain("* scan  8 layers  100 ms");
    expect(drawn).toContain("\x1b[?2026h");
    expect(drawn).not.toContain("\x1b[?25l"); // a hidden cursor
  });

  test("is removed at the end if it is transient", async () => {
    expect(await shown({ interactive: true, transient: true })).not.toContain("scan");
    expect(await shown({ transient: true })).toBe("");
  });

  test("is lines in a log", async () => {
    expect(await shown({})).toBe("scan    8 layers, 100 ms\n");
  });

  test.each<Case>([
    { quiet: true },
    { quiet: true, interactive: true },
    { json: true },
    { mode: "none", interactive: true },
    { interactive: true, fails: true },
  ])("nothing with %j", async (request) => {
    expect(await shown(request)).toBe("");
  });

  test("is one event per line as JSON", async () => {
    const lines = (await shown({ mode: "json", quiet: true })).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { type: "started", stage: "scan", label: "8 layers" },
      { type: "finished", stage: "scan", milliseconds: 100 },
    ]);
  });
});
