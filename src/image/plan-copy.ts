import type { Diagnostic } from "../diagnostic.ts";
import { TransportError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import {
  type Compression,
  documentMediaType,
  type Family,
  isLayerType,
  layerCompression,
  layerTypeIn,
} from "../oci/media-type.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Accepts } from "../transport/contracts.ts";
import { chooseCompression } from "./choose-compression.ts";
import { dockerFieldsDiagnostics } from "./choose-family.ts";
import type { Image } from "./image.ts";

/** What {@link planCopy} decides by. */
export interface CopyRules {
  readonly accepts: Accepts;
  /** `auto` keeps every compression that the destination accepts. */
  readonly compression: Compression | "auto";
  /**
   * Whether the source made up the manifest: then its digest is not known anywhere else, and uncompressed layers are
   * compressed if that suits the destination better.
   */
  readonly madeManifest: boolean;
}

/** How one image is copied. */
export interface CopyPlan {
  readonly family: Family;
  readonly configType: string;
  /** One for each descriptor among the manifest's layers, of any type. */
  readonly layers: readonly LayerCopy[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface LayerCopy {
  readonly descriptor: Descriptor;
  /** Number of the layer, 0 = bottom; undefined for a blob that is not a layer. */
  readonly number: number | undefined;
  /** Media type of the copy, if its bytes are kept. */
  readonly mediaType: string;
  /** Set if the layer is compressed again. */
  readonly compression?: Compression | undefined;
}

/**
 * Decides from the descriptors alone what of an image stays byte for byte and what must change. The manifest stays if
 * the destination accepts its family; so does each layer whose compression it accepts. Pure.
 * @throws UsageError ARGUMENT_INVALID for a compression that the destination cannot hold; TransportError
 * DESTINATION_REFUSED for a layer that can be neither kept nor compressed again
 */
export function planCopy(image: Image, rules: CopyRules): CopyPlan {
  const asked = rules.compression;
  const compression = asked === "auto" ? asked : chooseCompression(image, rules.accepts, asked);
  const numbers = new Map(image.layers.map(({ descriptor }, number) => [descriptor, number]));
  const choices = image.manifest.json.layers.map((descriptor) => {
    const number = numbers.get(descriptor);
    return { descriptor, number, ...chooseLayer(descriptor, { ...rules, compression, number }) };
  });
  const family = chooseCopyFamily(image, choices, rules.accepts);
  const layers = choices.map(({ descriptor, number, compression }) => ({
    descriptor,
    number,
    compression,
    mediaType: typeIn(family, descriptor.mediaType, image.family),
  }));
  const configType =
    family === image.family ? image.manifest.json.config.mediaType : documentMediaType(family, "config");
  const platform = formatPlatform(image.platform);
  const told = choices.flatMap(({ diagnostic }) => (diagnostic === undefined ? [] : [{ ...diagnostic, platform }]));
  const found = [...new Map(told.map((each) => [`${each.rule} ${each.layer}`, each])).values()];
  const changed = family === image.family ? [] : [{ ...familyChanged(family, rules.accepts), platform }];
  const unseen = changed.length > 0 && family === "oci" ? dockerFieldsDiagnostics(image) : [];
  return { family, configType, layers, diagnostics: [...changed, ...unseen, ...found] };
}

interface LayerChoice {
  readonly compression?: Compression;
  readonly diagnostic?: Diagnostic;
}

interface LayerRules extends CopyRules {
  readonly number: number | undefined;
}

function chooseLayer(descriptor: Descriptor, { accepts, number, ...rules }: LayerRules): LayerChoice {
  if (number === undefined) return {};
  const now = layerCompression(descriptor.mediaType);
  if (now === undefined) {
    if (accepts.index) return {};
    throw cannotTake(descriptor, number);
  }
  const { compression: asked } = rules;
  if (asked !== "auto") return asked === now ? {} : { compression: asked };
  const best = accepts.autoCompression(new Set([now]));
  if (!accepts.compressions.has(now)) return { compression: best, diagnostic: recompressed(number, now, best) };
  if (!rules.madeManifest || now !== "none" || best === "none") return {};
  return { compression: best, diagnostic: compressed(best) };
}

/** The image's own family if the destination accepts it, unless layers become zstd, which Docker's does not have. */
function chooseCopyFamily(image: Image, layers: readonly LayerChoice[], { families }: Accepts): Family {
  const zstd = layers.some(({ compression }) => compression === "zstd");
  if (families.has(image.family) && !(image.family === "docker" && zstd)) return image.family;
  return image.family === "oci" ? "docker" : "oci";
}

function typeIn(family: Family, mediaType: string, own: Family): string {
  if (family === own || !isLayerType(mediaType)) return mediaType;
  return layerTypeIn(family, mediaType) ?? mediaType;
}

function cannotTake({ mediaType, digest }: Descriptor, layer: number): TransportError {
  return new TransportError("DESTINATION_REFUSED", `the destination does not accept layers of type ${mediaType}`, {
    details: { layer, digest, hint: "registries and OCI layouts hold layers of any type" },
  });
}

function recompressed(layer: number, from: Compression, to: Compression): Diagnostic {
  const how = to === "none" ? "stored without compression" : `compressed with ${to}`;
  const message = `The destination does not accept layers compressed with ${from}: they were ${how} instead`;
  return { rule: "layer-recompressed", message, strict: false, layer };
}

/** Without a layer number, so that it is reported once for all layers of an image. */
function compressed(to: Compression): Diagnostic {
  const message = `The source keeps its layers uncompressed, and no manifest: they were compressed with ${to}, as docker push does`;
  return { rule: "layer-compressed", message, strict: false };
}

function familyChanged(family: Family, { families }: Accepts): Diagnostic {
  const name = family === "oci" ? "OCI's" : "Docker's";
  const why = families.size === 1 ? "the destination accepts no others" : "the other family has no zstd";
  const message = `The manifest was rewritten with ${name} media types, since ${why}; layers and config keep their bytes unless stated otherwise`;
  return { rule: "family-changed", message, strict: false };
}
