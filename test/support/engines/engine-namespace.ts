import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { CommandOptions, CommandResult } from "./run-command.ts";
import { runCommand } from "./run-command.ts";

/**
 * The namespaces of one test run, as plain data that can be passed to test workers: one pid namespace, a common mount
 * namespace, and one for each engine root. The numbers are IDs of processes inside, by which /proc gives access.
 * `state` is a folder with the same path on the machine and in every engine root.
 */
export interface EngineNamespace {
  readonly pid: number;
  readonly roots: Readonly<Record<"bookworm" | "trixie", number>>;
  readonly state: string;
}

/** An engine root, or the machine's own root in the common mount namespace. */
export type EngineRoot = "bookworm" | "trixie" | "none";

/** A namespace; disposing it ends all its processes and mounts, then removes its state folder. */
export interface OpenNamespace extends AsyncDisposable {
  readonly namespace: EngineNamespace;
}

const SCRIPT = fileURLToPath(new URL("namespace.sh", import.meta.url));

/** Enters new namespaces and mounts the engine roots that scripts/setup-tests.sh made in `cache`. */
export async function openEngineNamespace(cache: string): Promise<OpenNamespace> {
  const state = join(placeOfState(), `planish-e2e-${randomBytes(4).toString("hex")}`);
  mkdirSync(state, { mode: 0o755 });
  const holders: ChildProcess[] = [];
  const hold = async (argv: readonly string[]): Promise<number> => {
    const [command = "", ...args] = argv;
    const holder = spawn(command, args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
    holders.push(holder);
    return await waitUntilReady(holder);
  };
  try {
    const pid = await hold([SCRIPT, state, cache]);
    const roots = {
      bookworm: await hold(pivotInto(pid, join(state, "engines/root/bookworm"))),
      trixie: await hold(pivotInto(pid, join(state, "engines/root/trixie"))),
    };
    return { namespace: { pid, roots, state }, [Symbol.asyncDispose]: () => closeAll(holders) };
  } catch (failure) {
    await closeAll(holders);
    throw failure;
  }
}

/**
 * The folder for temporary files, unless its path is too long or has special characters. The path of a socket has at
 * most 107 bytes, of which up to 85 are below this folder; podman accepts no space, overlayfs no comma and no colon.
 */
function placeOfState(): string {
  return /^[\w./-]{1,22}$/.test(tmpdir()) ? tmpdir() : "/tmp";
}

/** The command line that runs `argv` inside the namespace, with `root` as its root filesystem. */
export function inside(namespace: EngineNamespace, root: EngineRoot, argv: readonly string[]): string[] {
  const mount = `--mount=/proc/${rootPid(namespace, root)}/ns/mnt`;
  return ["nsenter", mount, `--pid=/proc/${namespace.pid}/ns/pid_for_children`, "--", ...argv];
}

/** Runs `argv` inside the namespace; see {@link inside} and {@link runCommand}. */
export function runInside(
  namespace: EngineNamespace,
  root: EngineRoot,
  command: { readonly argv: readonly string[] } & CommandOptions,
): Promise<CommandResult> {
  return runCommand(inside(namespace, root, command.argv), command);
}

/** The path by which this process reaches a path inside the namespace, including mounts, without entering it. */
export function viewPath(namespace: EngineNamespace, root: EngineRoot, path: string): string {
  return `/proc/${rootPid(namespace, root)}/root${path}`;
}

/** A folder in memory that exists only inside the namespace; this process reads it through {@link viewPath}. */
export function engineFolder(namespace: EngineNamespace, engine: string): string {
  return join(namespace.state, "engines", engine.replaceAll(" ", "-"));
}

function rootPid(namespace: EngineNamespace, root: EngineRoot): number {
  return root === "none" ? namespace.pid : namespace.roots[root];
}

/**
 * A mount namespace whose root *is* the engine root, until standard input ends. A chroot does not work: `docker exec`
 * and health checks enter the container's mount namespace, and would end up at the machine's root.
 */
function pivotInto(pid: number, root: string): string[] {
  // umount(8) needs its own process in /proc, but that of the root belongs to another pid namespace: so a proc is
  // mounted temporarily.
  const script = `echo "pid $$" && cd "$0" && mount -t proc proc proc && pivot_root . mnt &&
    umount -l /mnt && umount /proc && echo ready && exec cat >/dev/null`;
  return ["nsenter", `--mount=/proc/${pid}/ns/mnt`, "--", "unshare", "--mount", "--", "sh", "-c", script, root];
}

async function closeAll(holders: readonly ChildProcess[]): Promise<void> {
  const running = holders.filter((holder) => holder.exitCode === null && holder.signalCode === null);
  const closed = running.map((holder) => new Promise((resolve) => holder.once("close", resolve)));
  for (const holder of holders) holder.stdin?.end();
  await Promise.all(closed);
}

function waitUntilReady(holder: ChildProcess): Promise<number> {
  const complaints: string[] = [];
  holder.stderr?.on("data", (chunk: Buffer) => complaints.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    let pid = 0;
    if (holder.stdout === null) return reject(new Error("the namespace holder has no output"));
    createInterface({ input: holder.stdout }).on("line", (line) => {
      if (line.startsWith("pid ")) pid = Number(line.slice(4));
      if (line === "ready") resolve(pid);
    });
    holder.on("error", reject);
    holder.once("close", () => reject(new Error(`the engine namespace could not be made: ${complaints.join("")}`)));
  });
}
