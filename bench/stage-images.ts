import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Corpus, type CorpusName, makeCorpus } from "./corpus/corpora.ts";
import { benchImage } from "./images/image-store.ts";
import { nginx } from "./images/nginx.ts";
import { pythonApp } from "./images/python-app.ts";
import { smallFiles } from "./images/small-files.ts";
import { toolchain } from "./images/toolchain.ts";
import { measure } from "./measure.ts";
import { PLANISH } from "./subjects/planish.ts";

/** Images of the comparison that are used here as realistic ones, by their names in its tables. */
const REAL = {
  nginx,
  "Python app, 17 layers": pythonApp,
  "100,000 files": smallFiles,
  toolchain,
} as const;

export type StageImage = CorpusName | keyof typeof REAL;

/** An image by its name: made below `root`, or built by Docker, unless an earlier run has made it. */
export async function stageImage(name: StageImage, root: string): Promise<Corpus> {
  if (!isReal(name)) return await makeCorpus(name, root);
  const { layout: directory, blobs, blobBytes, tarBytes } = await benchImage(REAL[name]);
  return { directory, blobs, blobBytes, tarBytes };
}

/**
 * An image flattened with default options, as a layout below `root`, unless an earlier run has made it.
 */
export async function flatTwin({ directory }: Corpus, root: string): Promise<string> {
  const flat = join(root, [...directory.split("/").slice(-2), "flat"].join("-"));
  if (!existsSync(flat)) {
    await measure([process.execPath, PLANISH, "flatten", `oci:${directory}`, `oci:${flat}:flat`, "--quiet"]);
  }
  return flat;
}

function isReal(name: StageImage): name is keyof typeof REAL {
  return Object.hasOwn(REAL, name);
}
