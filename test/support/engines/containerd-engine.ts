import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { startDaemon } from "./daemon.ts";
import type { Engine } from "./engine.ts";
import type { EngineNamespace, EngineRoot } from "./engine-namespace.ts";
import { engineFolder, runInside, viewPath } from "./engine-namespace.ts";

/** A containerd socket and the containerd namespace of its images. */
export interface Containerd {
  readonly root: EngineRoot;
  readonly address: string;
  readonly containerdNamespace: string;
}

/** An image's name in containerd, and the callback for its mounted filesystem. */
export interface SnapshotView<T> {
  readonly name: string;
  readonly look: (folder: string) => T | Promise<T>;
}

/** containerd's own client: it runs images, but has no health checks. */
export interface ContainerdEngine extends Engine {
  /** Writes the image as containerd exports it: an OCI layout in a tar. */
  export(id: string, archive: string): Promise<void>;
  run(id: string): Promise<string>;
}

/** Starts a separate containerd, without the Kubernetes plugin, which requires a network configuration. */
export async function startContainerd(namespace: EngineNamespace): Promise<void> {
  const at = join(namespace.state, "containerd");
  mkdirSync(at, { recursive: true });
  const config = join(at, "config.toml");
  writeFileSync(config, containerdConfig(at, engineFolder(namespace, "containerd")));
  const { root } = target(namespace);
  const probe = [...ctr(target(namespace)), "version"];
  await startDaemon(namespace, { root, log: join(at, "log"), probe, argv: ["containerd", "--config", config] });
}

/** The containerd that {@link startContainerd} started; ids are image names. */
export function containerdEngine(namespace: EngineNamespace): ContainerdEngine {
  const at = target(namespace);
  const run = async (...args: readonly string[]): Promise<string> =>
    (await runInside(namespace, at.root, { argv: [...ctr(at), ...args] })).stdout;
  return {
    name: "containerd 1.6",
    profile: "containerd",
    async load(archive) {
      const printed = await run("images", "import", "--digests", "--base-name", "planish-e2e", archive);
      const name = /^unpacking (\S+) /m.exec(printed)?.[1];
      if (name === undefined) throw new Error(`ctr images import named no image: ${printed}`);
      return name;
    },
    mount: (name, look) => mountSnapshot(namespace, at, { name, look }),
    async export(name, archive) {
      await run("images", "export", archive, name);
    },
    async remove(name) {
      await run("images", "rm", "--sync", name);
    },
    run: (name) => run("run", "--rm", "--cgroup", `/${basename(namespace.state)}/ctr`, name, "planish-e2e-run"),
  };
}

/** Mounts a read-only view of an unpacked image, as containerd prepares it for a container, while `look` runs. */
export async function mountSnapshot<T>(
  namespace: EngineNamespace,
  containerd: Containerd,
  view: SnapshotView<T>,
): Promise<T> {
  const folder = join(namespace.state, `snapshot-${containerd.containerdNamespace}`);
  mkdirSync(folder, { recursive: true });
  const images = [...ctr(containerd), "images"];
  await runInside(namespace, containerd.root, { argv: [...images, "mount", view.name, folder] });
  try {
    return await view.look(viewPath(namespace, containerd.root, folder));
  } finally {
    await runInside(namespace, containerd.root, { argv: [...images, "unmount", "--rm", folder] });
  }
}

function target(namespace: EngineNamespace): Containerd {
  const address = join(namespace.state, "containerd", "containerd.sock");
  return { root: "bookworm", address, containerdNamespace: "planish" };
}

function ctr(containerd: Containerd): string[] {
  return ["ctr", "--address", containerd.address, "--namespace", containerd.containerdNamespace];
}

function containerdConfig(at: string, data: string): string {
  return [
    "version = 2",
    `root = "${join(data, "root")}"`,
    `state = "${join(data, "state")}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    "[grpc]",
    `address = "${join(at, "containerd.sock")}"`,
    "",
  ].join("\n");
}
