import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EngineNamespace } from "../engines/engine-namespace.ts";
import { type EngineSet, engineSet } from "../engines/engine-set.ts";

/** What corpus images are made with: the engines, and a folder with the same path for them and this process. */
export interface Workshop {
  readonly namespace: EngineNamespace;
  readonly engines: EngineSet;
  readonly folder: string;
}

/** An image of the corpus and its expected behaviour. */
export interface CorpusImage {
  /** A file that engines load. */
  readonly archive: string;
  /** The reference that planish flattens; by default the archive, as docker-archive. */
  readonly source?: string;
  /** What its command prints; absent for servers. */
  readonly prints?: string;
  /** What its health check prints once it is healthy. */
  readonly healthCheckPrints?: string;
  /** Directories without a header in any layer: engines set arbitrary mtimes. */
  readonly timelessDirectories?: ReadonlySet<string>;
  /** Engines disagree on this image, so each is compared with the flat image of its own profile. */
  readonly divergent?: boolean;
}

/** Opens the workshop of a running test; `name` is unique among the test files. */
export function openWorkshop(namespace: EngineNamespace, name: string): Workshop {
  const folder = join(namespace.state, "workshop", name);
  mkdirSync(folder, { recursive: true });
  return { namespace, engines: engineSet(namespace), folder };
}
