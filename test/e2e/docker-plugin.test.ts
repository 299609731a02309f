import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exoticImage } from "../support/corpus/crafted.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { type ApiEngine, engineCache, engineSockets } from "../support/engines/engine-set.ts";
import { type CommandResult, runCommand } from "../support/engines/run-command.ts";
import { planish } from "../support/planish.ts";
import { type Stall, stallEngine } from "../support/stall-engine.ts";

interface Pair {
  readonly cli: string;
  readonly root: string;
  readonly engine: ApiEngine;
  readonly byGroup: boolean;
  /** Where the layer is sent: an import into a classic store. */
  readonly route: Stall["route"];
}

/**
 * Versions of docker's command line, each with a daemon of the same age. They run on the machine itself, which has the
 * Node.js that the plugin needs.
 */
const PAIRS: readonly Pair[] = [
  { cli: "docker 20.10", root: "bookworm", engine: "docker20", byGroup: true, route: "create" },
  { cli: "docker 26.1", root: "trixie", engine: "docker26", byGroup: false, route: "create" },
  { cli: "docker 26.1", root: "trixie", engine: "docker26Containerd", byGroup: true, route: "load" },
];

e2eSuite("docker flatten", (workshop) => {
  const config = join(workshop.folder, "docker config");
  const scratch = join(workshop.folder, "scratch");
  beforeAll(async () => {
    mkdirSync(scratch);
    await planish("install-plugin", "--dir", join(config, "cli-plugins"));
  });

  describe.each(PAIRS)("from $cli with $engine", ({ root, engine, byGroup, route }) => {
    const socket = engineSockets(workshop.namespace)[engine];
    const env = { DOCKER_CONFIG: config, TMPDIR: scratch };
    const program = join(engineCache(), root, "usr/bin/docker");
    const docker = (...args: readonly string[]): Promise<CommandResult> =>
      runCommand([program, "-H", `unix://${socket}`, ...args], { env, anyExitCode: true });
    const list = async (): Promise<string[]> => {
      const { stdout } = await docker("images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}");
      return stdout.trim().split("\n").sort();
    };
    const inspect = async (name: string) => JSON.parse((await docker("image", "inspect", name)).stdout)[0];
    let id = "";
    beforeAll(async () => {
      id = await workshop.engines[engine].load(exoticImage(workshop).archive);
      for (const name of ["app:latest", "app:1.0"]) await docker("tag", id, name);
    });
    afterAll(async () => {
      const names = (await list()).flatMap((line) => /(?:app|small):\S+$/.exec(line)?.[0] ?? []);
      await docker("rmi", "-f", ...names);
      await workshop.engines[engine].remove(id);
    });

    it("is listed and shows its help", async () => {
      expect((await docker("--help")).stdout).toMatch(/^ {2}flatten\* +Make an image of one layer/m);
      const plugins = await docker("info", "--format", "{{range .ClientInfo.Plugins}}{{.Name}} {{end}}");
      expect(plugins.stdout.split(" ")).toContain("flatten");
      for (const asked of [
        ["flatten", "--help"],
        ["help", "flatten"],
      ]) {
        expect((await docker(...asked)).stdout).toMatch(/^Usage: docker flatten \[OPTIONS\] IMAGE \[TARGET\]\n/);
      }
    });

    it("makes an image of one layer beside the source, with its config, and prints its name", async () => {
      const { stdout, stderr, exitCode } = await docker("flatten", "app:latest");
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(stdout).toMatch(/^Flattened docker-daemon:app:latest to docker-daemon:app:flat\n/);
      const [before, after] = [await inspect("app:latest"), await inspect("app:flat")];
      expect(after.RootFS.Layers).toHaveLength(1);
      expect(after.Config).toEqual(before.Config);
    });

    it("accepts a name for the result, and reports errors like docker's own commands", async () => {
      expect(await docker("flatten", "app:1.0", "small:2", "--quiet")).toMatchObject({ exitCode: 0 });
      expect((await inspect("small:2")).RootFS.Layers).toHaveLength(1);
      expect(await docker("flatten", "app:1.0", "small:2")).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("DESTINATION_EXISTS"),
      });
      expect(await docker("flatten", id)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("a destination is needed"),
      });
      expect(await docker("flatten", "nowhere:1")).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining("SOURCE_NOT_FOUND"),
      });
    });

    it("completes names of images", async () => {
      const asked = ["__complete", "flatten", "-H", `unix://${socket}`, "app:"];
      const { stdout } = await runCommand([join(config, "cli-plugins/docker-flatten"), ...asked], { env });
      expect(stdout.split("\n")).toEqual(expect.arrayContaining(["app:1.0", "app:latest", ":4"]));
    });

    it(`leaves nothing behind when Ctrl-C ends ${byGroup ? "docker and it" : "docker alone"} in the middle of the upload`, async () => {
      const before = await list();
      // Two megabytes, which no buffer takes in full. Of what has been sent, the engine might still make something.
      const path = join(workshop.folder, `${engine}.sock`);
      await using stalled = await stallEngine({ engine: socket, path, route });
      const args = ["-H", `unix://${stalled.path}`, "flatten", "app:1.0", "small:interrupted"];
      const child = spawn(program, args, {
        detached: true,
        env: { ...process.env, ...env },
        stdio: ["ignore", "ignore", "pipe"],
      });
      const ended = outcome(child);
      expect(await Promise.race([stalled.begun, ended])).toBeUndefined();
      process.kill(byGroup ? -(child.pid ?? 0) : (child.pid ?? 0), "SIGINT");
      expect(await ended).toEqual({
        code: expect.toSatisfy((code) => code !== 0),
        stderr: expect.stringContaining("interrupted by SIGINT; nothing was left behind"),
      });
      expect(await list()).toEqual(before);
      expect(readdirSync(scratch)).toEqual([]);
    });
  });
});

async function outcome(child: ChildProcess): Promise<{ code: unknown; stderr: string }> {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  return { code, stderr };
}
