import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startDaemon } from "./daemon.ts";
import { inspected } from "./docker-engine.ts";
import type { BuildingEngine, Health, HistoryLine } from "./engine.ts";
import type { EngineNamespace } from "./engine-namespace.ts";
import { engineFolder, runInside, viewPath } from "./engine-namespace.ts";

/** One podman of the matrix: without a daemon, with its own storage and settings. */
export interface PodmanSpec {
  readonly name: string;
  readonly root: "bookworm" | "trixie";
}

const BUILT_WITHIN_MS = 900_000;
const HEALTH_ATTEMPTS = 40;

/** podman can also load from the transports of containers-transports(5). */
export interface PodmanEngine extends BuildingEngine {
  /** Loads an image by a reference such as `oci:FOLDER:TAG`; FOLDER in lower case, or podman 4.3 refuses it. */
  pull(reference: string): Promise<string>;
}

/** Writes the settings that keep this podman's storage in the state folder. */
export function preparePodman(namespace: EngineNamespace, spec: PodmanSpec): void {
  const at = folder(namespace, spec);
  mkdirSync(at, { recursive: true });
  const data = engineFolder(namespace, spec.name);
  writeFileSync(join(at, "storage.conf"), storageConf(data));
  writeFileSync(join(at, "containers.conf"), containersConf(data));
}

/** Starts podman's service, whose socket speaks Docker's API. */
export async function startPodmanService(namespace: EngineNamespace, spec: PodmanSpec): Promise<void> {
  const address = `unix://${podmanSocket(namespace, spec)}`;
  const env = Object.entries(podmanEnvironment(namespace, spec)).map(([name, value]) => `${name}=${value}`);
  await startDaemon(namespace, {
    root: spec.root,
    log: join(folder(namespace, spec), "log"),
    probe: ["podman", "--remote", "--url", address, "version"],
    argv: ["env", ...env, "podman", "system", "service", "--time=0", address],
  });
}

/** The socket of the service; the same path on the machine. */
export function podmanSocket(namespace: EngineNamespace, spec: PodmanSpec): string {
  return join(folder(namespace, spec), "podman.sock");
}

/** The podman that {@link preparePodman} set up. */
export function podmanEngine(namespace: EngineNamespace, spec: PodmanSpec): PodmanEngine {
  const env = podmanEnvironment(namespace, spec);
  const podman = async (...args: readonly string[]): Promise<string> =>
    (await runInside(namespace, spec.root, { argv: ["podman", ...args], env })).stdout;
  const runFlags = ["--network=none", `--cgroup-parent=/${basename(namespace.state)}`];
  return {
    name: spec.name,
    profile: "overlay2",
    async load(archive) {
      const loaded = /Loaded image(?:\(s\))?: (\S+)\s*$/.exec(await podman("load", "-q", "-i", archive))?.[1];
      if (loaded === undefined) throw new Error("podman load named no image");
      return (await podman("image", "inspect", "--format", "{{.Id}}", loaded)).trim();
    },
    pull: async (reference) => (await podman("pull", "-q", reference)).trim(),
    async mount(id, look) {
      const mounted = (await podman("image", "mount", id)).trim();
      try {
        return await look(viewPath(namespace, spec.root, mounted));
      } finally {
        await podman("image", "umount", id);
      }
    },
    async remove(id) {
      await podman("image", "rm", "-f", id);
    },
    run: (id) => podman("run", "--rm", ...runFlags, id),
    health: async (id) => {
      const container = (await podman("run", "-d", ...runFlags, id)).trim();
      try {
        return await healthOf(podman, container);
      } finally {
        await podman("rm", "-f", "-v", "-t", "0", container);
      }
    },
    inspect: async (id) => inspected((JSON.parse(await podman("image", "inspect", id)) as unknown[])[0]),
    history: async (id) => historyLines(await podman("history", "--no-trunc", "--human=false", "--format", "json", id)),
    async buildArchive({ context, tag, archive, format }) {
      const argv = ["podman", "build", `--format=${format}`, "--network=host", "--tag", tag, context];
      await runInside(namespace, spec.root, { argv, env, timeoutMs: BUILT_WITHIN_MS });
      await podman("save", "-q", `--format=${format}-archive`, "-o", archive, tag);
      await podman("image", "rm", "-f", "-a");
    },
  };
}

/** The variables with which podman, and buildah which shares its storage, find that storage. */
export function podmanEnvironment(namespace: EngineNamespace, spec: PodmanSpec): Record<string, string> {
  const at = folder(namespace, spec);
  return {
    HOME: "/root",
    CONTAINERS_CONF: join(at, "containers.conf"),
    CONTAINERS_STORAGE_CONF: join(at, "storage.conf"),
    // Tests run the health checks: there is no systemd in the namespace to run their timers.
    DISABLE_HC_SYSTEMD: "true",
  };
}

function folder(namespace: EngineNamespace, spec: PodmanSpec): string {
  return join(namespace.state, spec.name.replaceAll(" ", "-"));
}

function storageConf(data: string): string {
  return ["[storage]", 'driver = "overlay"', `graphroot = "${data}/root"`, `runroot = "${data}/run"`, ""].join("\n");
}

/** The limits are set because podman's defaults exceed what a machine without CAP_SYS_RESOURCE may set. */
function containersConf(data: string): string {
  return [
    "[containers]",
    'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
    'log_driver = "k8s-file"',
    "[engine]",
    'cgroup_manager = "cgroupfs"',
    'events_logger = "file"',
    `tmp_dir = "${data}/tmp"`,
    "",
  ].join("\n");
}

/** Runs the health check until it passes: a server may need a moment before it listens. */
async function healthOf(podman: (...args: readonly string[]) => Promise<string>, container: string): Promise<Health> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await podman("healthcheck", "run", container);
      const found = JSON.parse(await podman("inspect", container)) as { State: { Health: PodmanHealth } }[];
      return { status: "healthy", output: (found[0]?.State.Health.Log.at(-1)?.Output ?? "").trim() };
    } catch (failure) {
      if (attempt === HEALTH_ATTEMPTS) return { status: "unhealthy", output: String(failure) };
      await sleep(250);
    }
  }
}

interface PodmanHealth {
  readonly Log: readonly { readonly Output: string }[];
}

function historyLines(json: string): HistoryLine[] {
  const entries = JSON.parse(json) as { CreatedBy: string; size: number }[];
  return entries.map(({ CreatedBy, size }) => ({ createdBy: CreatedBy, empty: size === 0 }));
}
