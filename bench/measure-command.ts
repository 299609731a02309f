import type { EngineNamespace } from "../test/support/engines/engine-namespace.ts";
import { daemonUsage, forgetPeaks } from "./daemon-usage.ts";
import { watchDisk } from "./disk-usage.ts";
import { type Cost, measure } from "./measure.ts";

/** A command line, and where else than in its own processes its costs arise. */
export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of this process's view whose growth is the disk that it needs, its output included. */
  readonly folders: readonly string[];
  /** Engines whose daemons and storage have a part in the work. */
  readonly engines?: EngineNamespace;
}

/** {@link Cost}, with what daemons did for it, and the disk. */
export interface FullCost extends Cost {
  /** The most that its files took at one moment, in bytes, beyond what was there before. */
  readonly disk: number;
}

/** Runs a command and counts all that it costs; throws when it fails. */
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
