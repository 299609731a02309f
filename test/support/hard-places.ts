import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";

/** Runs a test on a disk of 1 MiB; skips it without root, and where mounting is not allowed except under CI. */
export async function onFullDisk(test: TestContext, path: string, run: (disk: string) => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) test.skip("mounting a small disk takes root");
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "pipe" });
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    test.skip("mount is not allowed here");
  }
  try {
    await run(path);
  } finally {
    execFileSync("umount", [path]);
  }
}

/** Runs a test as an unprivileged user: root becomes `nobody` for its duration. */
export async function withoutRights(_: TestContext, run: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return run();
  process.seteuid?.(65534);
  try {
    await run();
  } finally {
    process.seteuid?.(0);
  }
}

/** The files below a path. */
export function contents(path: string): Record<string, string> {
  if (!statSync(path).isDirectory()) return { "": readFileSync(path, "latin1") };
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const named = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(named.map((file) => [file.slice(path.length), readFileSync(file, "latin1")]));
}
