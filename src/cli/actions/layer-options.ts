import type { FlattenOptions } from "../../index.ts";
import type { LayerFlags } from "../commands/layer-options.ts";
import { given, wholeNumber } from "../option-values.ts";
import { definedOnly } from "./run-options.ts";

/** How layers are written, as options of the library. @throws UsageError ARGUMENT_INVALID */
export function layerOptions({ canonical, compression, compressionLevel }: LayerFlags): FlattenOptions {
  return definedOnly<FlattenOptions>({
    canonical,
    compression,
    compressionLevel: given(compressionLevel, wholeNumber("--compression-level", 0)),
  });
}
