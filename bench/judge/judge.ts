import { compareTrees } from "../../test/support/compare-trees.ts";
import { snapshotTree, type TreeSnapshot } from "../../test/support/tree-snapshot.ts";
import type { BenchImage } from "../images/image-store.ts";
import { docker, inDocker, seenByEngines } from "../subjects/places.ts";
import type { FlatImage, Workbench } from "../subjects/subject.ts";
import { lostConfig } from "./lost-config.ts";
import { type ImageConfig, readManifest } from "./read-layout.ts";

/** The judgement of a flat image. */
export interface Verdict {
  /** Bytes of its layers as stored: compressed, except in Docker. */
  readonly bytes: number;
  readonly layers: number;
  /** How many names differ between an engine's mount of the original and of this one, in any detail. */
  readonly wrongNames: number;
  /** The first differences, as text. */
  readonly examples: readonly string[];
  /** Settings of the config that changed. */
  readonly lostSettings: readonly string[];
}

/** Judges the output of a subject. */
export type Judge = (flat: FlatImage) => Promise<Verdict>;

/** Judges flat images of one original, whose mounts are read only once. */
export function openJudge(image: BenchImage, bench: Workbench): Judge {
  const originals = new Map<FlatImage["kind"], Promise<TreeSnapshot>>();
  const original = (kind: FlatImage["kind"]): Promise<TreeSnapshot> => {
    const tree = originals.get(kind) ?? sourceImage(image, bench, kind).then((source) => mounted(source, bench));
    originals.set(kind, tree);
    return tree;
  };
  return async (flat) => {
    const differences = compareTrees(await original(flat.kind), await mounted(flat, bench));
    const { config, ...facts } = await describe(flat, bench);
    const lostSettings = lostConfig((await readManifest(image.layout, "latest")).config, config);
    return { ...facts, wrongNames: differences.length, examples: differences.slice(0, 5), lostSettings };
  };
}

async function sourceImage(image: BenchImage, bench: Workbench, kind: FlatImage["kind"]): Promise<FlatImage> {
  if (kind === "docker") return { kind, name: await inDocker(image, bench) };
  return { kind, layout: (await seenByEngines(image, bench)).layout, tag: "latest" };
}

/** Docker's images are mounted by Docker, layouts by a podman whose storage no subject uses. */
async function mounted(flat: FlatImage, { engines }: Workbench): Promise<TreeSnapshot> {
  if (flat.kind === "docker") return await engines.docker20.mount(flat.name, snapshotTree);
  const id = await engines.podman4.pull(`oci:${flat.layout}:${flat.tag}`);
  try {
    return await engines.podman4.mount(id, snapshotTree);
  } finally {
    await engines.podman4.remove(id);
  }
}

async function describe(
  flat: FlatImage,
  bench: Workbench,
): Promise<{ bytes: number; layers: number; config: ImageConfig }> {
  if (flat.kind === "docker") {
    const [found] = JSON.parse(await docker(bench, ["image", "inspect", flat.name])) as DockerImage[];
    if (found === undefined) throw new Error(`Docker has no ${flat.name}`);
    const config = { config: found.Config ?? {}, architecture: found.Architecture, os: found.Os };
    return { bytes: found.Size, layers: found.RootFS.Layers.length, config };
  }
  const { layers, config } = await readManifest(flat.layout, flat.tag);
  return { bytes: layers.reduce((sum, { size }) => sum + size, 0), layers: layers.length, config };
}

interface DockerImage {
  readonly Size: number;
  readonly Config: Record<string, unknown> | null;
  readonly Architecture: string;
  readonly Os: string;
  readonly RootFS: { readonly Layers: readonly string[] };
}
