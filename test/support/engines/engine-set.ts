import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ContainerdEngine } from "./containerd-engine.ts";
import { containerdEngine, startContainerd } from "./containerd-engine.ts";
import type { DockerSpec } from "./docker-engine.ts";
import { dockerEngine, dockerSocket, startDocker } from "./docker-engine.ts";
import type { BuildingEngine, Engine } from "./engine.ts";
import type { EngineNamespace, OpenNamespace } from "./engine-namespace.ts";
import { openEngineNamespace } from "./engine-namespace.ts";
import type { PodmanEngine, PodmanSpec } from "./podman-engine.ts";
import { podmanEngine, podmanSocket, preparePodman, startPodmanService } from "./podman-engine.ts";
import type { UmociEngine } from "./umoci-engine.ts";
import { umociEngine } from "./umoci-engine.ts";

/** Every engine of the matrix, by its name in tests. */
export interface EngineSet {
  readonly docker20: BuildingEngine;
  readonly docker26: BuildingEngine;
  /** Docker 26 with its containerd image store. */
  readonly docker26Containerd: BuildingEngine;
  readonly podman4: PodmanEngine;
  readonly podman5: PodmanEngine;
  readonly containerd: ContainerdEngine;
  readonly umoci: UmociEngine;
}

const DOCKER_20: DockerSpec = { name: "docker 20.10", root: "bookworm", store: "overlay2" };
const DOCKER_26: DockerSpec = { name: "docker 26.1", root: "trixie", store: "overlay2" };
const DOCKER_26_CONTAINERD: DockerSpec = { name: "docker 26.1 containerd store", root: "trixie", store: "overlayfs" };
const PODMAN_4: PodmanSpec = { name: "podman 4.3", root: "bookworm" };
export const PODMAN_5: PodmanSpec = { name: "podman 5.4", root: "trixie" };

/** The folder in which scripts/setup-tests.sh keeps the engine roots. */
export function engineCache(): string {
  return process.env.PLANISH_TEST_CACHE ?? "/var/cache/planish-test";
}

/** Why this machine cannot run the engines; undefined if it can. */
export function enginesMissing(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "the engines need root on Linux";
  const absent = ["bookworm", "trixie", "debian-base.tar"].filter((name) => !existsSync(join(engineCache(), name)));
  if (absent.length > 0) return `${engineCache()} has no ${absent.join(", ")}: run scripts/setup-tests.sh`;
  return undefined;
}

/** Starts the background process of each engine; umoci has none. */
const DAEMONS: Readonly<Record<Exclude<keyof EngineSet, "umoci">, (namespace: EngineNamespace) => Promise<void>>> = {
  docker20: (namespace) => startDocker(namespace, DOCKER_20),
  docker26: (namespace) => startDocker(namespace, DOCKER_26),
  docker26Containerd: (namespace) => startDocker(namespace, DOCKER_26_CONTAINERD),
  podman4: (namespace) => startPodmanService(namespace, PODMAN_4),
  podman5: (namespace) => startPodmanService(namespace, PODMAN_5),
  containerd: startContainerd,
};
const ALL_DAEMONS = Object.keys(DAEMONS) as (keyof typeof DAEMONS)[];

/**
 * Starts all engines, or the given daemons, in a new namespace; disposing it ends them. Both podmans also work without
 * their services.
 */
export async function startEngines(daemons: readonly (keyof typeof DAEMONS)[] = ALL_DAEMONS): Promise<OpenNamespace> {
  const open = await openEngineNamespace(engineCache());
  const { namespace } = open;
  try {
    for (const spec of [PODMAN_4, PODMAN_5]) preparePodman(namespace, spec);
    await Promise.all(daemons.map((name) => DAEMONS[name](namespace)));
  } catch (failure) {
    await open[Symbol.asyncDispose]();
    throw failure;
  }
  return open;
}

/** The engines that {@link startEngines} started, possibly in another process. */
export function engineSet(namespace: EngineNamespace): EngineSet {
  return {
    docker20: dockerEngine(namespace, DOCKER_20),
    docker26: dockerEngine(namespace, DOCKER_26),
    docker26Containerd: dockerEngine(namespace, DOCKER_26_CONTAINERD),
    podman4: podmanEngine(namespace, PODMAN_4),
    podman5: podmanEngine(namespace, PODMAN_5),
    containerd: containerdEngine(namespace),
    umoci: umociEngine(namespace),
  };
}

/** The sockets of the engines with Docker's API; the same paths on the machine and in the namespace. */
export function engineSockets(namespace: EngineNamespace): Readonly<Record<ApiEngine, string>> {
  return {
    docker20: dockerSocket(namespace, DOCKER_20),
    docker26: dockerSocket(namespace, DOCKER_26),
    docker26Containerd: dockerSocket(namespace, DOCKER_26_CONTAINERD),
    podman4: podmanSocket(namespace, PODMAN_4),
    podman5: podmanSocket(namespace, PODMAN_5),
  };
}

export type ApiEngine = Exclude<keyof EngineSet, "containerd" | "umoci">;

/** All engines, in the order of the matrix. */
export function allEngines(set: EngineSet): readonly Engine[] {
  return Object.values(set) as readonly Engine[];
}
