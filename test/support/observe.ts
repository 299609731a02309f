import type { CorpusImage } from "./corpus/workshop.ts";
import type { Engine, Health, HistoryLine, InspectedImage, RunningEngine } from "./engines/engine.ts";
import { snapshotTree, type TreeSnapshot } from "./tree-snapshot.ts";

/** All that an engine shows of one image; what the engine cannot do is absent. */
export interface Observation {
  readonly tree: TreeSnapshot;
  readonly inspected?: InspectedImage;
  readonly history?: readonly HistoryLine[];
  readonly printed?: string;
  readonly health?: Health;
}

/** Looks at a loaded image from every side that the engine offers, and removes it. */
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
