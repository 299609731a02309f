import { join } from "node:path";
import { beforeAll, type ExpectStatic, it } from "vitest";
import { compareTrees } from "./compare-trees.ts";
import type { CorpusImage, Workshop } from "./corpus/workshop.ts";
import { e2eSuite } from "./e2e-suite.ts";
import type { InspectedImage } from "./engines/engine.ts";
import type { EngineSet } from "./engines/engine-set.ts";
import { type Observation, observe } from "./observe.ts";
import { planish } from "./planish.ts";

/** How many different names a failure shows. */
const SHOWN = 20;

/** umoci, the slowest, comes first, so that it does not run alone at the end. */
const ENGINES: readonly (keyof EngineSet)[] = [
  "umoci",
  "docker20",
  "docker26",
  "docker26Containerd",
  "podman4",
  "podman5",
  "containerd",
];

/** An image of the corpus, as a suite. */
export interface MatrixImage {
  readonly title: string;
  readonly make: (workshop: Workshop) => Promise<CorpusImage>;
  /** Every engine by default. */
  readonly engines?: readonly (keyof EngineSet)[];
}

/**
 * Flattens one image of the corpus and compares, in every engine, the flat image with the engine's own view of the
 * original: every entry of the filesystem, the config, its output and its health check. Two engines run at the same
 * time, since each waits a lot, and they are independent.
 */
export function flattenMatrix({ title, make, engines = ENGINES }: MatrixImage): void {
  e2eSuite(`${title}, flattened,`, (workshop) => {
    let image: CorpusImage;
    const flats = new Map<string, Promise<string>>();
    beforeAll(async () => {
      image = await make(workshop);
    });
    it.concurrent.for(engines)("holds, says and does in %s what the original does", async (name, { expect }) => {
      const engine = workshop.engines[name];
      const before = await observe(engine, await engine.load(image.archive), image);
      const profile = image.divergent === true ? engine.profile : "auto";
      const flat = flats.get(profile) ?? flatten(workshop, image, profile);
      flats.set(profile, flat);
      const after = await observe(engine, await engine.load(await flat), image);
      const limits = { timelessDirectories: image.timelessDirectories ?? new Set<string>() };
      expect.soft(compareTrees(before.tree, after.tree, limits).slice(0, SHOWN)).toEqual([]);
      expect(before.tree.size).toBeGreaterThan(1);
      expectSameBehaviour({ before, after, image }, expect);
    });
  });
}

/** Makes the flat archive of one profile with the program as users run it, and returns its path. */
async function flatten(workshop: Workshop, image: CorpusImage, profile: string): Promise<string> {
  const flat = join(workshop.folder, `flat-${profile}.tar`);
  const source = image.source ?? `docker-archive:${image.archive}`;
  await planish("flatten", "--profile", profile, source, `docker-archive:${flat}`);
  return flat;
}

function expectSameBehaviour({ before, after, image }: Compared, expect: ExpectStatic): void {
  if (after.printed !== undefined) {
    expect.soft(before.printed).toBe(image.prints);
    expect.soft(after.printed).toBe(image.prints);
  }
  if (after.health !== undefined) {
    expect.soft(before.health).toEqual({ status: "healthy", output: image.healthCheckPrints });
    expect.soft(after.health).toEqual({ status: "healthy", output: image.healthCheckPrints });
  }
  if (before.inspected === undefined || after.inspected === undefined) return;
  expect.soft(keptConfig(after.inspected)).toEqual(keptConfig(before.inspected));
  expect.soft(after.inspected.platform).toBe(before.inspected.platform);
  expect.soft(before.inspected.layers).toBeGreaterThan(1);
  expect.soft(after.inspected.layers).toBe(1);
  expect.soft(after.history?.filter((line) => !line.empty)).toHaveLength(1);
  expect.soft(after.history).toHaveLength((before.history?.length ?? 0) + 1);
}

/** One image of the corpus as one engine shows it, and its flat image there. */
interface Compared {
  readonly before: Observation;
  readonly after: Observation;
  readonly image: CorpusImage;
}

/** Everything except `Image`, the ID of a build step that the classic builder leaves in the config. */
function keptConfig({ config }: InspectedImage): Record<string, unknown> {
  const { Image: _, ...kept } = config;
  return kept;
}
