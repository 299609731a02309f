import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The costs of one run of a command, as counted by the kernel. */
export interface Cost {
  /** Seconds from start to end. */
  readonly wall: number;
  /** Seconds of user and system time of the command and its children. */
  readonly cpu: number;
  /** MiB of the largest process. */
  readonly rss: number;
  /** Milliseconds of each stage, if the command reports them. */
  readonly stages: Readonly<Record<string, number>>;
}

/**
 * Runs a command with GNU time, with `env` added to this process's environment; throws with its stderr when it fails,
 * or if there is no /usr/bin/time.
 */
export async function measure(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Cost> {
  const directory = await mkdtemp(join(tmpdir(), "planish-bench-"));
  try {
    const figures = join(directory, "time");
    const said = await run(["/usr/bin/time", "-o", figures, "-f", "%e %U %S %M", ...command], env);
    const [wall = 0, user = 0, system = 0, kib = 0] = (await readFile(figures, "utf8")).trim().split(" ").map(Number);
    return { wall, cpu: user + system, rss: kib / 1024, stages: stageTimes(said) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What the command wrote to stderr. */
function run(command: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const [file = "", ...args] = command;
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on("error", (cause) => reject(new Error(`cannot run ${file}; on Debian: apt-get install time`, { cause })));
    child.on("close", (status) => {
      if (status === 0) resolve(said);
      else reject(new Error(`${command.join(" ")} ended with ${status}: ${said.slice(-2000)}`));
    });
  });
}

/** Sums the `finished` events among lines of progress. */
function stageTimes(said: string): Record<string, number> {
  const times: Record<string, number> = {};
  for (const line of said.split("\n")) {
    if (!line.startsWith('{"type":"finished"')) continue;
    const { stage, milliseconds } = JSON.parse(line) as { stage: string; milliseconds: number };
    times[stage] = (times[stage] ?? 0) + milliseconds;
  }
  return times;
}
