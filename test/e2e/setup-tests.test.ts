import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineCache } from "../support/engines/engine-set.ts";
import { runCommand } from "../support/engines/run-command.ts";
import { testFolder } from "../support/test-folder.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/setup-tests.sh", import.meta.url));
const NAMES = ["bookworm", "trixie", "compressors", "shells", "chromium", "debian-base.tar", "crane", "nodes"];
const TWO_DAYS_AGO = Date.now() / 1000 - 2 * 24 * 3600;

e2eSuite("The set-up of the engine roots", () => {
  const cache = testFolder();
  const at = (name: string) => cache.in(name);
  const { PLANISH_TEST_NEWER = "" } = process.env;
  const environment = () => ({
    PATH: `${cache.path}:${process.env.PATH}`,
    PLANISH_TEST_CACHE: cache.path,
    PLANISH_TEST_NEWER,
  });
  const setUp = (...before: readonly string[]) => runCommand([...before, "sh", SCRIPT], { env: environment() });

  /** A running set-up, and a function that waits for output. */
  function start() {
    const child = spawn("sh", [SCRIPT], { env: environment(), stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout.on("data", (chunk) => (said += String(chunk)));
    const says = async (words: string): Promise<void> => {
      while (!said.includes(words)) await once(child.stdout, "data");
    };
    return { child, says };
  }

  /** A complete cache, without the roots that other recipes made on this machine. */
  function filled(): string[] {
    const made = NAMES.map((name) => readlinkSync(join(engineCache(), name)));
    for (const name of made) symlinkSync(join(engineCache(), name), at(name));
    return made;
  }

  const compressors = readlinkSync(join(engineCache(), "compressors"));
  /** A cache without that root, and a script in place of mmdebstrap. */
  function withoutCompressors(script: string): void {
    filled();
    rmSync(at(compressors));
    writeFileSync(at("mmdebstrap"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** A root that another recipe made, and the time when it was last needed. */
  function old(name: string, used: number): void {
    mkdirSync(at(`${name}/etc`), { recursive: true });
    writeFileSync(at(`${name}.used`), "");
    utimesSync(at(`${name}.used`), used, used);
  }

  it("removes roots not needed for a day and leftovers of a killed run, and nothing that is in use", async () => {
    const made = filled();
    old("bookworm-000000000001", TWO_DAYS_AGO);
    old("trixie-000000000002", TWO_DAYS_AGO);
    old("bookworm-000000000003", Date.now() / 1000);
    mkdirSync(at("partial-trixie/half"), { recursive: true });
    await setUp("flock", "--shared", at("trixie-000000000002"));
    const kept = [...made, "trixie-000000000002", "bookworm-000000000003"];
    const found = readdirSync(cache.path).filter((name) => /-[0-9a-f]{12}(\.tar)?$|^partial/.test(name));
    expect(found.sort()).toEqual(kept.sort());
    expect(existsSync(at("bookworm-000000000001.used"))).toBe(false);
    for (const name of NAMES) {
      expect(existsSync(join(cache.path, readlinkSync(at(name))))).toBe(true);
    }
    await setUp();
    expect(existsSync(at("trixie-000000000002"))).toBe(false);
  });

  it("names the mirror from which a root could not be made, and what to do", async () => {
    withoutCompressors("exit 3");
    await expect(setUp("env", "PLANISH_TEST_MIRROR=http://mirror.test/debian")).rejects.toThrow(
      /exited with 1:\n.*compressors could not be made from http:\/\/mirror\.test\/debian; PLANISH_TEST_MIRROR names/s,
    );
  });

  it("ends its children when it is killed, and then the next one, which was waiting, continues", async () => {
    withoutCompressors("echo begun; sleep 500");
    const killed = start();
    await killed.says("begun");
    const next = start();
    await next.says("waiting for another set-up");
    killed.child.kill("SIGKILL");
    // The output ends when no process has it open any more.
    await once(killed.child, "close");
    await next.says("begun");
    next.child.kill("SIGTERM");
    await once(next.child, "close");
    symlinkSync(join(engineCache(), compressors), at(compressors));
    await setUp();
    expect(readdirSync(cache.path).filter((name) => name.startsWith("partial"))).toEqual([]);
  });
});
