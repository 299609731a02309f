import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runInstallPlugin } from "../../../src/cli/actions/install-plugin.ts";
import { runCli } from "../../support/run-cli.ts";
import { testFolder } from "../../support/test-folder.ts";

describe("planish install-plugin", () => {
  const folder = testFolder();

  test("writes a script that docker can run, without a node on the PATH", async () => {
    const directory = folder.in("it's a folder/cli-plugins");
    const { status, stdout } = await runCli(["install-plugin", "--dir", directory]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `Wrote ${directory}/docker-flatten\nNext: docker flatten IMAGE\n`,
    });
    expect(readdirSync(directory)).toEqual(["docker-flatten"]);
    expect(statSync(`${directory}/docker-flatten`).mode % 0o1000).toBe(0o755);
    const answer = spawnSync(`${directory}/docker-flatten`, ["docker-cli-plugin-metadata"], { env: {} });
    expect(JSON.parse(String(answer.stdout))).toEqual({
      SchemaVersion: "0.1.0",
      Vendor: "planish",
      Version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      ShortDescription: "Make an image of one layer",
    });
  });

  test("uses the same folder as docker: DOCKER_CONFIG, else the home folder", async () => {
    await runCli(["install-plugin"], { env: { HOME: folder.in("home") } });
    expect(existsSync(folder.in("home/.docker/cli-plugins/docker-flatten"))).toBe(true);
    await runCli(["install-plugin"], { env: { HOME: folder.in("home"), DOCKER_CONFIG: folder.in("config") } });
    expect(existsSync(folder.in("config/cli-plugins/docker-flatten"))).toBe(true);
  });

  test("refuses an empty path", async () => {
    const { status, stderr } = await runCli(["install-plugin", "--dir", ""]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('--dir: "" is not a path') });
  });

  test.runIf(process.getuid?.() === 0)("says what to do for a user without a home folder", async () => {
    process.seteuid?.(1_234_567);
    try {
      // Not by the command line, which reads package.json: that user cannot read a checkout in the home folder of root.
      const { signal } = new AbortController();
      const { stdin, stdout, stderr } = process;
      const refused = runInstallPlugin({}, { stdin, stdout, stderr, env: {}, now: Date.now, signal });
      const details = { hint: expect.stringContaining("--dir") };
      await expect(refused).rejects.toMatchObject({ message: expect.stringContaining("no home folder"), details });
    } finally {
      process.seteuid?.(0);
    }
  });

  test("replaces and removes only its own script, and says what it did", async () => {
    const run = async (...more: string[]) => (await runCli(["install-plugin", "--dir", folder.path, ...more])).stdout;
    await run();
    expect(await run()).toMatch(/^Replaced /);
    expect(await run("--uninstall")).toMatch(/^Removed /);
    expect(await run("--uninstall")).toMatch(/^There is no /);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each([[[]], [["--uninstall"]]])(
    "leaves the plugin of somebody else alone, %j, but with --force",
    async (more) => {
      writeFileSync(folder.in("docker-flatten"), "#!/bin/sh\necho theirs\n");
      const args = ["install-plugin", "--dir", folder.path, ...more];
      const { status, stderr } = await runCli(args);
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("DESTINATION_EXISTS") });
      expect(readFileSync(folder.in("docker-flatten"), "utf8")).toContain("theirs");
      expect((await runCli([...args, "--force"])).status).toBe(0);
    },
  );

  test.each(["/dev/null/plugins", "/proc/planish/plugins"])("reports that it cannot write in %s", async (directory) => {
    expect(await runCli(["install-plugin", "--dir", directory])).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("the plugin cannot be installed"),
    });
  });
});
