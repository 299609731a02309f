import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runInside } from "../../test/support/engines/engine-namespace.ts";
import { engineSockets, startEngines } from "../../test/support/engines/engine-set.ts";
import { startRegistry } from "../../test/support/registry/registry-server.ts";
import { type Facts, pullLayout } from "./pull-layout.ts";
import type { Recipe } from "./recipe.ts";

/** An image on disk, as an OCI layout whose layers are compressed as `docker push` compresses. */
export interface BenchImage extends Recipe {
  /** `oci:LAYOUT:latest` is the image. */
  readonly layout: string;
  readonly layers: number;
  /** Paths of the layers' blobs, bottom first. */
  readonly blobs: readonly string[];
  /** Of all layers. */
  readonly blobBytes: number;
  /** Of all layers, uncompressed. */
  readonly tarBytes: number;
  /**
   * Whether its second largest layer is at least half as large as the largest, so that two cores can share the scan.
   */
  readonly even: boolean;
}

/** Where images, and what the peers need, are kept between runs. */
export const CACHE = process.env.PLANISH_BENCH_CACHE ?? "/var/cache/planish-bench";

const BUILT_WITHIN_MS = 3_600_000;

/**
 * The image of a recipe: from the cache, or built and pushed by Docker 20.10, which takes minutes and needs the
 * engines.
 */
export async function benchImage(recipe: Recipe): Promise<BenchImage> {
  const hash = createHash("sha256").update(recipe.dockerfile).digest("hex").slice(0, 12);
  const folder = join(CACHE, "images", `${recipe.name}-${hash}`);
  if (!existsSync(folder)) await build(recipe, folder);
  const facts = JSON.parse(await readFile(join(folder, "facts.json"), "utf8")) as Facts;
  const layout = join(folder, "layout");
  const blobs = facts.layers.map(({ digest }) => join(layout, "blobs/sha256", digest.slice("sha256:".length)));
  const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
  return {
    ...recipe,
    layout,
    layers: facts.layers.length,
    blobs,
    blobBytes: total(facts.layers.map(({ size }) => size)),
    tarBytes: total(facts.layers.map(({ tarBytes }) => tarBytes)),
    even: isEven(facts.layers.map(({ tarBytes }) => tarBytes)),
  };
}

function isEven(sizes: readonly number[]): boolean {
  const [largest = 0, second = 0] = sizes.toSorted((a, b) => b - a);
  return second >= largest / 2;
}

/** Builds in separate engines, and renames the folder only when it is complete. */
async function build(recipe: Recipe, folder: string): Promise<void> {
  console.log(`building ${recipe.name}`);
  const draft = `${folder}.draft-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await using engines = await startEngines(["docker20"]);
  await using registry = await startRegistry();
  const { namespace } = engines;
  const context = join(namespace.state, "context");
  await mkdir(context);
  await recipe.fill(context);
  await writeFile(join(context, "Dockerfile"), recipe.dockerfile);
  const name = `${registry.host}/${recipe.name}:latest`;
  for (const command of [
    ["build", "--quiet", "--network=host", "--tag", name, context],
    ["push", "--quiet", name],
  ]) {
    const argv = ["docker", "--host", `unix://${engineSockets(namespace).docker20}`, ...command];
    await runInside(namespace, "bookworm", { argv, timeoutMs: BUILT_WITHIN_MS });
  }
  const facts: Facts = await pullLayout(`http://${registry.host}/v2/${recipe.name}`, join(draft, "layout"));
  await writeFile(join(draft, "facts.json"), JSON.stringify(facts, undefined, 2));
  await rename(draft, folder);
}
