import type { Diagnostic } from "../diagnostic.ts";
import type { ImageConfig } from "../oci/config.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { formatPlatform, type Platform } from "../oci/platform.ts";

/**
 * The platform of an image: what its descriptor in an index says, else its config, else the fallback, with a
 * diagnostic (R9.1: the flat image's config must name one, since containerd ignores images that do not).
 */
export function imagePlatform(
  descriptor: Descriptor,
  config: ImageConfig,
  fallback: Platform,
): { readonly platform: Platform; readonly diagnostics: readonly Diagnostic[] } {
  if (descriptor.platform?.os && descriptor.platform.architecture) {
    return { platform: descriptor.platform, diagnostics: [] };
  }
  const architecture = config.architecture
    ? { architecture: config.architecture, ...(config.variant ? { variant: config.variant } : {}) }
    : { architecture: fallback.architecture, ...(fallback.variant ? { variant: fallback.variant } : {}) };
  const platform = { os: config.os || fallback.os, ...architecture };
  if (config.os && config.architecture) return { platform, diagnostics: [] };
  const name = formatPlatform(platform);
  const message = `The image does not say which platform it is for; ${name} is assumed`;
  const diagnostic = { rule: "platform-assumed", message, strict: false, platform: name };
  return { platform, diagnostics: [diagnostic] };
}

/** Whether the platform is unknown/unknown, which BuildKit gives its attestations. */
export function isUnknown({ os, architecture }: Pick<ImageConfig, "os" | "architecture">): boolean {
  return os === "unknown" && architecture === "unknown";
}
