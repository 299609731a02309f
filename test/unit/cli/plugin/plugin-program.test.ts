import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { DOCKER_PLUGIN } from "../../../../src/cli/plugin/docker-plugin.ts";
import { runCli } from "../../../support/run-cli.ts";

const plugin = (...args: string[]) => runCli(args, { door: DOCKER_PLUGIN });

describe("the plugin", () => {
  test.each([[["flatten", "--help"]], [["help", "flatten"]]])("has its own help for %j", async (args) => {
    const { status, stdout } = await plugin(...args);
    expect(status).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    await expect(stdout).toMatchFileSnapshot("../golden/help-docker-flatten.txt");
  });

  test("takes a bare name as an image of the daemon selected by docker's global options", async () => {
    for (const args of [
      ["-H", "unix:///nowhere/a.sock", "-l", "warn", "-D", "flatten", "app"],
      ["flatten", "app", "--host=unix:///nowhere/a.sock", "-D"],
    ]) {
      expect(await plugin(...args)).toMatchObject({
        status: 4,
        stderr: expect.stringContaining("cannot reach docker at unix:///nowhere/a.sock"),
      });
    }
  });

  test("refuses an empty path among docker's global options", async () => {
    expect(await plugin("--config", "", "flatten", "app")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--config: "" is not a path'),
    });
  });

  test("suggests an option that is like one with a value, also after docker's global options", async () => {
    expect(await plugin("-D", "flatten", "app", "--platfrm=linux/arm64")).toMatchObject({
      status: 2,
      stderr: "planish: ARGUMENT_INVALID: unknown option '--platfrm'\n  hint  Did you mean --platform?\n",
    });
  });

  test("refers to its own help", async () => {
    expect(await plugin("flatten")).toMatchObject({
      status: 2,
      stderr:
        "planish: ARGUMENT_INVALID: missing required argument 'image'\n  hint  docker flatten --help shows what there is\n",
    });
  });
});

describe("completion", () => {
  test.each<[string, string[], string]>([
    [
      "options",
      ["--compression"],
      "--compression\tauto: what suits the destination best\n--compression-level\tgzip 0-9, zstd 1-22 (default: 6 and 3)\n:4\n",
    ],
    ["what an option may be", ["--history", ""], "keep\nredact\ncollapse\nnone\n:4\n"],
    ["files where an option wants anything", ["--digestfile", "x"], ":0\n"],
    ["files where a path begins", ["./app"], ":0\n"],
    ["nothing after both names", ["a", "b", ""], ":4\n"],
    ["nothing where the daemon does not answer", ["-H", "unix:///nowhere/a.sock", ""], ":4\n"],
  ])("offers %s", async (_, words, expected) => {
    expect(await plugin("__complete", "flatten", ...words)).toEqual({ status: 0, stdout: expected, stderr: "" });
  });

  test("does not offer options that only docker itself uses", async () => {
    const { stdout } = await plugin("__complete", "flatten", "--");
    expect(stdout).toContain("--in-place\t");
    expect(stdout).not.toContain("--log-level");
  });

  test("waits two seconds for a silent daemon", async () => {
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const started = performance.now();
    expect((await plugin("__complete", "flatten", "-H", `tcp://127.0.0.1:${port}`, "")).stdout).toBe(":4\n");
    expect(performance.now() - started).toBeLessThan(10_000);
    server.closeAllConnections();
    server.close();
  });
});
