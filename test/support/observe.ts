import type { CorpusImage } from "./corpus/workshop.ts";
import type { Engine, Health, HistoryLine, InspectedImage, RunningEngine } from "./engines/engine.ts";
import { snapshotTree, type TreeSnapshot } from "./tree-snapshot.ts";

/** Everything that an engine shows about one image; absent where the engine cannot. */
export interface Observation {
  readonly tree: TreeSnapshot;
  readonly inspected?: InspectedImage;
  readonly history?: readonly HistoryLine[];
  readonly printed?: string;
  readonly health?: Health;
}

/** Collects everything that the engine shows about a loaded image, then removes the image. */
export async function observe(engine: Engine, id: string, image: CorpusImage): Promise<Observation> {
  try {
    const tree = await engine.mount(id, snapshotTree);
    return { tree, ...(await behaviour(engine, id, image)) };
  } finally {
    await engine.remove(id);
  }
}

async function behaviour(engine: Engine, id: string, image: CorpusImage): Promise<Partial<Observation>> {
  const printed = canRun(engine) && image.prints !== undefined ? { printed: await engine.run(id) } : {};
  if (!canInspect(engine)) return printed;
  const health = image.healthCheckPrints === undefined ? {} : { health: await engine.health(id) };
  return { ...printed, ...health, inspected: await engine.inspect(id), history: await engine.history(id) };
}

function canRun(engine: Engine): engine is Engine & Pick<RunningEngine, "run"> {
  return "run" in engine;
}

function canInspect(engine: Engine): engine is RunningEngine {
  return "inspect" in engine;
}
