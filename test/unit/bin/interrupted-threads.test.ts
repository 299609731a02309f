import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { writeHeavyLayout } from "../../support/heavy-layout.ts";
import { testFolder } from "../../support/test-folder.ts";

const ENTRY = join(import.meta.dirname, "../../../bin/planish.cjs");
const folder = testFolder();

test("SIGINT in the middle of a scan in threads ends the run in good order, and nothing stays behind", async () => {
  writeHeavyLayout(folder.in("source"), 100);
  mkdirSync(folder.in("scratch"));
  const args = [`oci:${folder.in("source")}`, `oci:${folder.in("flat")}`, "--scratch", folder.in("scratch")];
  const child = spawn(process.execPath, [ENTRY, "flatten", ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const stderr: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const layers = () => readdirSync(folder.in("scratch"), { recursive: true }).filter((name) => /layer/.test(`${name}`));
  while (layers().length === 0 && child.exitCode === null) await sleep(5);
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  expect(String(Buffer.concat(stderr))).toBe("planish: interrupted by SIGINT; nothing was left behind\n");
  expect(code).toBe(130);
  expect(readdirSync(folder.path).sort()).toEqual(["scratch", "source"]);
  expect(readdirSync(folder.in("scratch"))).toEqual([]);
});
