import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type DemoArchitecture, GREETING, helloProgram } from "../../../src/demo/hello-program.ts";

const directory = mkdtempSync(join(tmpdir(), "hello-"));
afterAll(() => rmSync(directory, { recursive: true }));

function writeProgram(architecture: DemoArchitecture): string {
  const path = join(directory, architecture);
  writeFileSync(path, helloProgram(architecture), { mode: 0o755 });
  return path;
}

const here = ({ x64: "amd64", arm64: "arm64" } as const)[process.arch as "x64" | "arm64"];

describe.runIf(process.platform === "linux" && here !== undefined)("the program, run on this machine", () => {
  test("greets and ends well", () => {
    const { stdout, status } = spawnSync(writeProgram(here));
    expect({ stdout: String(stdout), status }).toEqual({ stdout: GREETING, status: 0 });
  });

  test("stays when it is given an argument", async () => {
    const child = spawn(writeProgram(here), ["stay"], { stdio: ["ignore", "pipe", "ignore"] });
    const [greeting] = await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const running = child.exitCode === null;
    child.kill("SIGKILL");
    await once(child, "exit");
    expect({ greeting: String(greeting), running }).toEqual({ greeting: GREETING, running: true });
  });
});

describe.each([
  ["amd64", 62, 120 + 49],
  ["arm64", 183, 120 + 72],
] as const)("the program for %s", (architecture, machine, greetingOffset) => {
  test("is a static ELF executable of that machine, entered where its code begins", () => {
    const bytes = Buffer.from(helloProgram(architecture));
    expect(bytes.toString("latin1", 1, 4)).toBe("ELF");
    expect(bytes.readUInt16LE(16)).toBe(2);
    expect(bytes.readUInt16LE(18)).toBe(machine);
    expect(bytes.readBigUInt64LE(24)).toBe(0x400078n);
    expect(bytes.readBigUInt64LE(64 + 32)).toBe(BigInt(bytes.length));
  });

  test("has its greeting where its code looks for it", () => {
    expect(Buffer.from(helloProgram(architecture)).indexOf(GREETING)).toBe(greetingOffset);
  });
});
