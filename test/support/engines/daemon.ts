import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineNamespace, EngineRoot } from "./engine-namespace.ts";
import { inside, runInside } from "./engine-namespace.ts";
import { BASE_ENVIRONMENT } from "./run-command.ts";

/** A long-running engine process, and the command that succeeds once it is up. */
export interface Daemon {
  readonly root: EngineRoot;
  readonly argv: readonly string[];
  readonly probe: readonly string[];
  /** File for its output, inside the state folder. */
  readonly log: string;
}

const STARTED_WITHIN_MS = 120_000;

/**
 * Starts a daemon inside the namespace and resolves when its probe succeeds.
 * It runs until the namespace is closed.
 */
export async function startDaemon(namespace: EngineNamespace, daemon: Daemon): Promise<void> {
  mkdirSync(dirname(daemon.log), { recursive: true });
  const log = openSync(daemon.log, "a");
  const [command = "", ...args] = inside(namespace, daemon.root, daemon.argv);
  const child = spawn(command, args, { detached: true, env: BASE_ENVIRONMENT, stdio: ["ignore", log, log] });
  closeSync(log);
  child.unref();
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (!(await answers(namespace, daemon))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`${daemon.argv.join(" ")} did not start:\n${readFileSync(daemon.log, "utf8").slice(-4000)}`);
    }
    await sleep(100);
  }
}

async function answers(namespace: EngineNamespace, daemon: Daemon): Promise<boolean> {
  const probe = await runInside(namespace, daemon.root, { argv: daemon.probe, anyExitCode: true });
  return probe.exitCode === 0;
}
