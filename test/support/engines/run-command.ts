import { spawn } from "node:child_process";

/** Output and exit code of a finished command. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** How to run a command; the defaults suit quick questions to an engine. */
export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array | string;
  readonly cwd?: string;
  /** After this time the whole process group is killed and the promise rejects; 5 minutes by default. */
  readonly timeoutMs?: number;
  /** Resolve whatever the exit code is, instead of rejecting when it is not 0. */
  readonly anyExitCode?: boolean;
}

const FIVE_MINUTES = 300_000;
/** The environment of every engine, so that no setting of the machine affects one. */
export const BASE_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LANG: "C.UTF-8",
};

/**
 * Runs one command in a process group of its own and resolves with its output.
 * The environment is `env` beside {@link BASE_ENVIRONMENT}.
 */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [command = "", ...args] = argv;
  const child = spawn(command, args, {
    detached: true,
    cwd: options.cwd,
    env: { ...BASE_ENVIRONMENT, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  // A command that does not read its input closes the pipe early; only its exit code matters.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
    }, options.timeoutMs ?? FIVE_MINUTES);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      const result = { stdout: text(out), stderr: text(err), exitCode: code ?? 255 };
      if (!timedOut && (result.exitCode === 0 || options.anyExitCode === true)) resolve(result);
      else reject(new Error(describe(argv, result, timedOut)));
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

function describe(argv: readonly string[], result: CommandResult, timedOut: boolean): string {
  const ended = timedOut ? "timed out" : `exited with ${result.exitCode}`;
  const printed = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-40).join("\n");
  return `${argv.join(" ")}\n${ended}:\n${printed}`;
}
