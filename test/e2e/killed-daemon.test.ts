import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { connectEngine } from "../../src/transport/daemon/client.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import {
  type DockerSpec,
  dockerEngine,
  dockerSocket,
  killDocker,
  startDocker,
} from "../support/engines/docker-engine.ts";
import { runCommand } from "../support/engines/run-command.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { type Stall, type StalledEngine, stallEngine } from "../support/stall-engine.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { watchEngine } from "../support/watch-engine.ts";

const PLANISH = fileURLToPath(new URL("../../bin/planish.cjs", import.meta.url));
/** A daemon that no other suite uses. */
const MORTAL: DockerSpec = { name: "docker 20.10 mortal", root: "bookworm", store: "overlay2" };
const MIB = 1024 * 1024;
const NEVER = new AbortController().signal;

e2eSuite("A death halfway", (workshop) => {
  const folder = testFolder();
  const { namespace } = workshop;
  const socket = dockerSocket(namespace, MORTAL);
  const endpoint = { kind: "unix", path: socket, text: `unix://${socket}` } as const;
  const big = `${workshop.folder}/big.tar`;
  beforeAll(async () => {
    // Layers large enough for a thread each.
    const layers = ["lower", "upper"].map((name) => layer(file(name, randomBytes(24 * MIB))));
    writeArchive(big, dockerClassic(image({ layers, tags: ["big:1"] })));
    await startDocker(namespace, MORTAL);
    await dockerEngine(namespace, MORTAL).load(big);
  });

  it("of the daemon, while its archive is scanned during the save, is reported and leaves nothing", async () => {
    await using run = await stalledRun({ route: "get", after: 12 * MIB }, "docker-daemon:big:1", folder.in("out.tar"));
    await scanAhead(run.child);
    await killDocker(namespace, MORTAL);
    run.stalled.release();
    expect(await run.ended()).toEqual({
      code: 4,
      stderr: expect.stringMatching(/^planish: TRANSPORT_FAILED: docker at unix:\S+ broke its answer off: /m),
    });
    expect(left()).toEqual([]);
    await startDocker(namespace, MORTAL);
  });

  it("of the run, by Ctrl-C while the archive is scanned during the save, leaves nothing", async () => {
    await using run = await stalledRun({ route: "get", after: 12 * MIB }, "docker-daemon:big:1", folder.in("out.tar"));
    await scanAhead(run.child);
    run.child.kill("SIGINT");
    expect(await run.ended()).toEqual({
      code: 130,
      stderr: expect.stringMatching(/^planish: interrupted by SIGINT; nothing was left behind$/m),
    });
    expect(left()).toEqual([]);
  });

  it.each(["create", "load"] as const)(
    "of the daemon, in a %s, is told, and the daemon has what it had before",
    async (route) => {
      const changed = await watchEngine(await connectEngine("docker", endpoint, NEVER), ["new:1"]);
      await using run = await stalledRun({ route, after: 12 * MIB }, big, "docker-daemon:new:1");
      expect(await Promise.race([run.stalled.begun, run.ended()])).toBeUndefined();
      await killDocker(namespace, MORTAL);
      run.stalled.release();
      expect(await run.ended()).toEqual({
        code: 4,
        stderr: expect.stringMatching(/^planish: TRANSPORT_FAILED: docker at unix:\S+ broke the upload off: /m),
      });
      expect(left()).toEqual([]);
      await startDocker(namespace, MORTAL);
      expect(await changed()).toEqual([]);
    },
  );

  /** Runs the program up to the middle of a request to the daemon: flatten imports a layer, copy loads an archive. */
  async function stalledRun(stall: Pick<Stall, "route" | "after">, ...ends: readonly string[]): Promise<StalledRun> {
    const path = folder.in("engine.sock");
    const stalled = await stallEngine({ engine: socket, path, ...stall });
    mkdirSync(folder.in("scratch"));
    const command = stall.route === "load" ? "copy" : "flatten";
    const args = [command, "-H", `unix://${path}`, "--scratch", folder.in("scratch"), ...ends];
    const child = spawn(process.execPath, [PLANISH, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    const ended = outcome(child);
    return { child, stalled, ended: () => ended, [Symbol.asyncDispose]: () => stalled[Symbol.asyncDispose]() };
  }

  /** The files that the run created, in its scratch and beside it. */
  function left(): string[] {
    return [...readdirSync(folder.in("scratch")), ...readdirSync(folder.path).filter((name) => /out/.test(name))];
  }
});

interface StalledRun extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly stalled: StalledEngine;
  ended(): Promise<Outcome>;
}

interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
}

async function outcome(child: ChildProcess): Promise<Outcome> {
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { code, stderr };
}

/** Resolves when the archive being saved is read already: the program has the file open a second time. */
async function scanAhead(child: ChildProcess): Promise<void> {
  const find = `find /proc/${child.pid}/fd -lname '*saved.tar'`;
  const opened = async (): Promise<number> => {
    const { stdout } = await runCommand(["sh", "-c", find], { anyExitCode: true });
    return stdout.split("\n").length - 1;
  };
  while (child.exitCode === null && (await opened()) < 2) await sleep(5);
}
