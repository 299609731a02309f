import type { FlattenOptions } from "../flatten-options.ts";
import type { Image } from "../image/image.ts";
import type { Source } from "../transport/contracts.ts";
import { flattenParameters } from "./flatten-parameters.ts";

/**
 * Annotations of a manifest that say what it was made of: the reference as it was typed, the digests of that image's
 * manifest, where it has one of its own, and config, and the options.
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
