import type { FlattenOptions } from "../flatten-options.ts";
import type { Image } from "../image/image.ts";
import type { Source } from "../transport/contracts.ts";
import { flattenParameters } from "./flatten-parameters.ts";

/**
 * Annotations of a manifest that say what it was made from: the reference of the source, the digests of its manifest
 * (unless planish made that) and of its config, and the options.
 */
export function provenanceAnnotations(
  { manifest }: Image,
  { reference, madeManifest = false }: Pick<Source, "reference" | "madeManifest">,
  options: FlattenOptions,
): Record<string, string> {
  return {
    "planish.source": reference.text,
    ...(!madeManifest && { "planish.source.digest": manifest.descriptor.digest }),
    "planish.source.config": manifest.json.config.digest,
    "planish.options": JSON.stringify(flattenParameters(options)),
  };
}
