import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EngineNamespace } from "../engines/engine-namespace.ts";
import { type EngineSet, engineSet } from "../engines/engine-set.ts";

/** Where corpus images are made: the engines, and a folder that they and this process see under the same path. */
export interface Workshop {
  readonly namespace: EngineNamespace;
  readonly engines: EngineSet;
  readonly folder: string;
}

/** An image of the corpus and what is known of its behaviour. */
export interface CorpusImage {
  /** A file that engines load. */
  readonly archive: string;
  /** What planish flattens, as a reference; by default the archive, of docker. */
  readonly source?: string;
  /** What its command prints; absent for servers. */
  readonly prints?: string;
  /** What its health check prints once it is healthy. */
  readonly healthCheckPrints?: string;
  /** Directories without a header in any layer: engines make up their mtimes. */
  readonly timelessDirectories?: ReadonlySet<string>;
  /** The image holds constructs on which engines disagree, so that each wants the flat image of its own profile. */
  readonly divergent?: boolean;
}

/** Opens the workshop of a running test; `name` is unique among the test files. */
export function openWorkshop(namespace: EngineNamespace, name: string): Workshop {
  const folder = join(namespace.state, "workshop", name);
  mkdirSync(folder, { recursive: true });
  return { namespace, engines: engineSet(namespace), folder };
}
