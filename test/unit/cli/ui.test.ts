import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { run } from "../../../src/cli/main.ts";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

/** Runs a command line until it prints its first line, calls `look`, then interrupts it like Ctrl-C. */
async function until(args: readonly string[], look: (line: string) => Promise<void>): Promise<number> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()] as unknown as NodeJS.WriteStream[];
  if (stdout === undefined || stderr === undefined) throw new Error("there are two streams");
  const interrupt = new AbortController();
  const looked = new Promise<void>((resolve, reject) => {
    stdout.once("data", (line) => {
      look(String(line))
        .then(resolve, reject)
        .finally(() => interrupt.abort(new Error("interrupted")));
    });
  });
  const stdin = Object.assign(new PassThrough().end(), { isTTY: false });
  const status = await run(args, { stdin, stdout, stderr, env: {}, now: Date.now, signal: interrupt.signal });
  await looked;
  return status;
}

describe("planish ui", () => {
  test("prints the URL, serves the pages, and ends with status 0 when interrupted", async () => {
    const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"] })));
    let url = "";
    const status = await until(["ui", source, "--format", "json"], async (line) => {
      const printed = JSON.parse(line) as { url: string };
      expect(schemaErrors("ui", printed)).toEqual([]);
      ({ url } = printed);
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/);
      expect((await fetch(url)).status).toBe(200);
    });
    expect(status).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  test("prints the URL alone with --quiet", async () => {
    const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"] })));
    await until(["ui", source, "-q"], async (line) => {
      expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/\n$/);
    });
  });

  test("refuses an invalid port", async () => {
    for (const port of ["0", "65536", "http"]) {
      expect(await runCli(["ui", "--port", port])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("--port"),
      });
    }
  });
});
