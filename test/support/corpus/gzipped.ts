import { join } from "node:path";
import type { FlattenResult } from "../../../src/index.ts";
import { planish } from "../planish.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

/**
 * The same image with gzip layers, as in a registry, so that a flatten splices; at least `share` (0 to 1) of the flat
 * tar must be copied.
 */
export async function gzipped(workshop: Workshop, image: CorpusImage, share: number): Promise<CorpusImage> {
  const source = `oci:${join(workshop.folder, "gzip")}:docker.io/example/gzip:flat-me`;
  await planish("copy", "--compression", "gzip", `docker-archive:${image.archive}`, source);
  const flat = `oci:${join(workshop.folder, "spliced")}:flat`;
  const { stdout } = await planish("flatten", "--format", "json", source, flat);
  const layer = (JSON.parse(stdout) as FlattenResult).images[0]?.after.layers[0];
  const spliced = layer?.copied.spliced ?? 0;
  if (spliced <= share * (layer?.uncompressedSize ?? 0)) throw new Error(`only ${spliced} bytes were spliced`);
  return { ...image, source };
}
