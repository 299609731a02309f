import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mountSnapshot } from "./containerd-engine.ts";
import { startDaemon } from "./daemon.ts";
import type { BuildingEngine, Health, HistoryLine, InspectedImage } from "./engine.ts";
import type { EngineNamespace } from "./engine-namespace.ts";
import { engineFolder, runInside, viewPath } from "./engine-namespace.ts";

/** One dockerd of the matrix. */
export interface DockerSpec {
  readonly name: string;
  readonly root: "bookworm" | "trixie";
  /**
   * `overlay2` is Docker's classic store, `overlayfs` the containerd snapshotter behind
   * `features.containerd-snapshotter`.
   */
  readonly store: "overlay2" | "overlayfs";
}

const HEALTHY_WITHIN_MS = 60_000;
const BUILT_WITHIN_MS = 900_000;
/** The name of the image under test, whatever tags its archive has. */
const CURRENT = "planish-e2e:current";

/** Starts a dockerd with its own data, socket and containerd; it touches neither bridges nor firewall. */
export async function startDocker(namespace: EngineNamespace, spec: DockerSpec): Promise<void> {
  const at = folder(namespace, spec);
  const data = engineFolder(namespace, spec.name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "daemon.json"), JSON.stringify({ features: { "containerd-snapshotter": true } }));
  const store = spec.store === "overlay2" ? ["--storage-driver=overlay2"] : ["--config-file", join(at, "daemon.json")];
  await startDaemon(namespace, {
    root: spec.root,
    log: join(at, "log"),
    probe: [...client(namespace, spec), "version"],
    argv: [
      ...["dockerd", "--host", `unix://${dockerSocket(namespace, spec)}`, "--pidfile", join(at, "pid"), ...store],
      ...["--data-root", join(data, "data"), "--exec-root", join(data, "exec")],
      ...["--bridge=none", "--iptables=false", "--ip6tables=false"],
      ...["--exec-opt", "native.cgroupdriver=cgroupfs", `--cgroup-parent=/${basename(namespace.state)}`],
    ],
  });
}

/**
 * Sends SIGKILL to a dockerd that {@link startDocker} started, and resolves when it is gone. Its containerd continues:
 * a dockerd that is started again with the same spec finds it and its images.
 */
export async function killDocker(namespace: EngineNamespace, spec: DockerSpec): Promise<void> {
  const script = 'pid=$(cat "$0") && kill -KILL "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done';
  const argv = ["sh", "-c", script, join(folder(namespace, spec), "pid")];
  await runInside(namespace, spec.root, { argv });
}

/** The dockerd that {@link startDocker} started. */
export function dockerEngine(namespace: EngineNamespace, spec: DockerSpec): BuildingEngine {
  const docker = async (...args: readonly string[]): Promise<string> =>
    (await runInside(namespace, spec.root, { argv: [...client(namespace, spec), ...args] })).stdout;
  const inspectOne = async (kind: string, id: string): Promise<unknown> =>
    (JSON.parse(await docker(kind, "inspect", id)) as unknown[])[0];
  return {
    name: spec.name,
    profile: spec.store === "overlay2" ? "overlay2" : "containerd",
    async load(archive) {
      const loaded = loadedName(await docker("load", "-q", "-i", archive));
      await docker("tag", loaded, CURRENT);
      return ((await inspectOne("image", loaded)) as { Id: string }).Id;
    },
    async mount(id, look) {
      if (spec.store === "overlay2") {
        const image = (await inspectOne("image", id)) as { GraphDriver: { Data: { UpperDir: string } } };
        return await mountLayers(namespace, spec, { upperDir: image.GraphDriver.Data.UpperDir, look });
      }
      const address = join(engineFolder(namespace, spec.name), "exec/containerd/containerd.sock");
      const containerd = { root: spec.root, address, containerdNamespace: "moby" };
      return await mountSnapshot(namespace, containerd, { name: `docker.io/library/${CURRENT}`, look });
    },
    async remove(id) {
      await docker("image", "rm", "-f", id);
    },
    run: (id) => docker("run", "--rm", "--network=none", id),
    health: async (id) => {
      const container = (await docker("run", "-d", "--network=none", id)).trim();
      try {
        return await verdict(async () => {
          const found = (await inspectOne("container", container)) as { State: { Health?: DockerHealth } };
          return found.State.Health ?? { Status: "none" };
        });
      } finally {
        await docker("rm", "-f", "-v", container);
      }
    },
    inspect: async (id) => inspected(await inspectOne("image", id)),
    history: async (id) => historyLines(await docker("history", "--no-trunc", "--format", "{{json .}}", id)),
    async buildArchive({ context, tag, archive, format }) {
      const output = format === "oci" ? ["--output", `type=oci,dest=${archive}`] : [];
      const argv = [...client(namespace, spec), "build", "--network=host", "--tag", tag, ...output, context];
      await runInside(namespace, spec.root, { argv, timeoutMs: BUILT_WITHIN_MS });
      if (format === "docker") {
        await docker("save", "-o", archive, tag);
        await docker("image", "rm", "-f", tag);
      }
      await docker("builder", "prune", "-a", "-f");
    },
  };
}

function folder(namespace: EngineNamespace, spec: DockerSpec): string {
  return join(namespace.state, spec.name.replaceAll(" ", "-"));
}

/** The daemon's socket; the same path on the machine. */
export function dockerSocket(namespace: EngineNamespace, spec: DockerSpec): string {
  return join(folder(namespace, spec), "docker.sock");
}

function client(namespace: EngineNamespace, spec: DockerSpec): string[] {
  return [
    "docker",
    "--config",
    join(folder(namespace, spec), "config"),
    "--host",
    `unix://${dockerSocket(namespace, spec)}`,
  ];
}

/** The tag, or the id of an untagged image, that `docker load -q` names last. */
function loadedName(printed: string): string {
  const name = /Loaded image(?: ID)?: (\S+)\s*$/.exec(printed)?.[1];
  if (name === undefined) throw new Error(`docker load named no image: ${printed}`);
  return name;
}

/**
 * Mounts an image's layer folders as an overlay, as the overlay2 driver does below a container's own layer. Layers are
 * named by their short links in `l/`, relative to the driver's folder, since mount options are limited to a page.
 */
async function mountLayers<T>(namespace: EngineNamespace, spec: DockerSpec, view: LayersView<T>): Promise<T> {
  const layer = join(view.upperDir, "..");
  const target = join(folder(namespace, spec), "mounted");
  const empty = join(folder(namespace, spec), "empty");
  mkdirSync(target, { recursive: true });
  mkdirSync(empty, { recursive: true });
  const lowers = [...layerLinks(viewPath(namespace, "none", layer)), empty];
  // The newer system calls, which mount of Debian 13 prefers, take no option longer than 255 bytes.
  const mount = "LIBMOUNT_FORCE_MOUNT2=always mount -t overlay overlay";
  const script = `cd ${join(layer, "..")} && ${mount} -o ro,lowerdir=${lowers.join(":")} ${target}`;
  await runInside(namespace, "none", { argv: ["sh", "-c", script] });
  try {
    return await view.look(viewPath(namespace, "none", target));
  } finally {
    await runInside(namespace, "none", { argv: ["umount", target] });
  }
}

/** The driver's folder of an image's top layer, and the callback for the mounted filesystem. */
interface LayersView<T> {
  readonly upperDir: string;
  readonly look: (folder: string) => T | Promise<T>;
}

/** The links of a layer and of all layers below it, top first; the bottom layer has no `lower` file. */
function layerLinks(layer: string): string[] {
  const own = `l/${readFileSync(join(layer, "link"), "utf8")}`;
  const lower = join(layer, "lower");
  return existsSync(lower) ? [own, ...readFileSync(lower, "utf8").trim().split(":")] : [own];
}

interface DockerHealth {
  readonly Status: string;
  readonly Log?: readonly { readonly Output: string }[];
}

async function verdict(ask: () => Promise<DockerHealth>): Promise<Health> {
  const deadline = Date.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    const { Status, Log } = await ask();
    if (Status !== "starting" || Date.now() > deadline)
      return { status: Status, output: (Log?.at(-1)?.Output ?? "").trim() };
    await sleep(250);
  }
}

/** The {@link InspectedImage} in the output of docker's or podman's `image inspect`. */
export function inspected(json: unknown): InspectedImage {
  const image = json as {
    Config: Record<string, unknown>;
    Healthcheck?: unknown; // podman has it beside the config
    Os: string;
    Architecture: string;
    RootFS: { Layers: string[] };
  };
  return {
    config: { ...image.Config, ...(image.Healthcheck === undefined ? {} : { Healthcheck: image.Healthcheck }) },
    platform: `${image.Os}/${image.Architecture}`,
    layers: image.RootFS.Layers.length,
  };
}

function historyLines(printed: string): HistoryLine[] {
  return printed
    .trim()
    .split("\n")
    .map((line) => {
      const { CreatedBy, Size } = JSON.parse(line) as { CreatedBy: string; Size: string };
      return { createdBy: CreatedBy, empty: Size === "0B" };
    });
}
