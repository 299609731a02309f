import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { runInside } from "../../test/support/engines/engine-namespace.ts";
import { engineSockets } from "../../test/support/engines/engine-set.ts";
import type { BenchImage } from "../images/image-store.ts";
import { pullLayout } from "../images/pull-layout.ts";
import type { FlatImage, Workbench } from "./subject.ts";

/** A layout and its blobs under paths that the engines see too. */
export async function seenByEngines(image: BenchImage, { folder }: Workbench) {
  const layout = join(folder, `source-${image.name}`);
  if (!existsSync(layout)) await cp(image.layout, layout, { recursive: true });
  return { layout, blobs: image.blobs.map((blob) => join(layout, "blobs/sha256", basename(blob))) };
}

/** Pushes the image to the registry, like `docker push`, and returns its name there. */
export async function inRegistry(image: BenchImage, bench: Workbench): Promise<string> {
  const { layout } = await seenByEngines(image, bench);
  const name = `${bench.registry}/${image.name}:latest`;
  const flags = ["--quiet", "--format", "v2s2", "--dest-tls-verify=false"];
  const argv = ["skopeo", "copy", ...flags, `oci:${layout}:latest`, `docker://${name}`];
  await runInside(bench.namespace, "bookworm", { argv });
  return name;
}

/** Puts the image into Docker, and returns its name there. */
export async function inDocker(image: BenchImage, bench: Workbench): Promise<string> {
  const name = await inRegistry(image, bench);
  await docker(bench, ["pull", "--quiet", name]);
  return name;
}

/** Runs the client of the Docker of the bench and returns what it printed. */
export async function docker(bench: Workbench, args: readonly string[]): Promise<string> {
  const argv = ["docker", "--host", dockerHost(bench), ...args];
  return (await runInside(bench.namespace, "bookworm", { argv, timeoutMs: 600_000 })).stdout;
}

export function dockerHost({ namespace }: Workbench): string {
  return `unix://${engineSockets(namespace).docker20}`;
}

/** Copies the image `flat` from the registry, with its exact config, into a layout for the judge. */
export async function pulledFlat(bench: Workbench): Promise<FlatImage> {
  const layout = join(bench.folder, "pulled");
  await pullLayout(`http://${bench.registry}/v2/flat`, layout);
  return { kind: "layout", layout, tag: "latest" };
}
