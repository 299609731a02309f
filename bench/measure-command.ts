import type { EngineNamespace } from "../test/support/engines/engine-namespace.ts";
import { daemonUsage, forgetPeaks } from "./daemon-usage.ts";
import { watchDisk } from "./disk-usage.ts";
import { type Cost, measure } from "./measure.ts";

/** A command line, and where it causes costs outside its own processes. */
export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folders, as this process sees them, whose growth is its disk usage, including its output. */
  readonly folders: readonly string[];
  /** Engines whose daemons and storage do part of the work. */
  readonly engines?: EngineNamespace;
}

/** {@link Cost}, including that of daemons, and the disk usage. */
export interface FullCost extends Cost {
  /** Peak disk usage, in bytes, beyond what was there before. */
  readonly disk: number;
}

/** Runs a command and measures its costs; throws when it fails. */
export async function measureCommand(command: Command): Promise<FullCost> {
  const { argv, env, folders, engines } = command;
  await (engines && forgetPeaks(engines));
  const before = engines && (await daemonUsage(engines));
  const disk = await watchDisk(folders, engines);
  const cost = await measure(argv, env).finally(() => disk.stop());
  const after = engines && (await daemonUsage(engines));
  return {
    ...cost,
    cpu: cost.cpu + (after?.cpu ?? 0) - (before?.cpu ?? 0),
    rss: Math.max(cost.rss, after?.rss ?? 0),
    disk: disk.peak(),
  };
}
