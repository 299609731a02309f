import { readdir, readFile, readlink, writeFile } from "node:fs/promises";
import type { EngineNamespace } from "../test/support/engines/engine-namespace.ts";

/** Resource usage of all processes of the engines. */
export interface DaemonUsage {
  /** Seconds of user and system time, including that of ended children. */
  readonly cpu: number;
  /** Peak MiB of the largest process, since {@link forgetPeaks}. */
  readonly rss: number;
}

/** The kernel reports hundredths of a second, whatever its internal clock: proc(5), sysconf(_SC_CLK_TCK). */
const TICKS_A_SECOND = 100;

/** Sums /proc/PID/stat over the pid namespace of the engines. */
export async function daemonUsage(namespace: EngineNamespace): Promise<DaemonUsage> {
  let [ticks, kib] = [0, 0];
  for (const pid of await processes(namespace)) {
    const [stat, status] = await Promise.all([readProc(pid, "stat"), readProc(pid, "status")]);
    // After the name, which may contain spaces: utime, stime, cutime and cstime are fields 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    kib = Math.max(kib, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0));
  }
  return { cpu: ticks / TICKS_A_SECOND, rss: kib / 1024 };
}

/** Resets the memory peaks of all processes of the engines to their current usage. */
export async function forgetPeaks(namespace: EngineNamespace): Promise<void> {
  for (const pid of await processes(namespace)) await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => {});
}

async function processes({ pid }: EngineNamespace): Promise<readonly string[]> {
  const wanted = await readlink(`/proc/${pid}/ns/pid_for_children`);
  const found: string[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const namespace = await readlink(`/proc/${name}/ns/pid`).catch(() => "");
    if (namespace === wanted) found.push(name);
  }
  return found;
}

/** Reads a file of /proc; empty if the process has just ended. */
function readProc(pid: string, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}
