import type { Diagnostic } from "../diagnostic.ts";
import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import { loadImages } from "../image/load-images.ts";
import type { Digest } from "../oci/digest.ts";
import { formatPlatform } from "../oci/platform.ts";
import { planOptions, startRun } from "../run.ts";
import { openSource } from "../transport/open-source.ts";
import { typedServers } from "../transport/typed-servers.ts";
import type { FilesystemSummary } from "../verify/compare-filesystems.ts";
import { digestImage } from "../verify/verify-images.ts";

/** The filesystem digests of an image: the same object that `planish fsdigest --format json` prints. */
export interface FsdigestResult {
  /** A reference to what was read. */
  readonly source: string;
  /** One per platform, in the order of the index. */
  readonly images: readonly DigestedImage[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The merged filesystem of one platform's image. */
export interface DigestedImage extends FilesystemSummary {
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: Digest;
}

/**
 * Computes a digest of an image's merged filesystem, or of every image of an index: equal filesystems have equal
 * digests, whatever their layers are and whatever tool built them. docs/formats/fsdigest.md defines it. Reads every
 * layer, writes nothing.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function fsdigest(source: string, options: Omit<RunOptions, "strict"> = {}): Promise<FsdigestResult> {
  await using run = startRun(options, {});
  const { context } = run;
  const { platforms, lenientTar = false } = options;
  await using from = await inStage("open", () =>
    openSource(source, context, typedServers(options, { sources: [source] })),
  );
  const loaded = await inStage("open", () => loadImages(from, { platforms, all: true }, context));
  const view = planOptions(options, from, context).profile;
  const images: DigestedImage[] = [];
  for (const [at, image] of loaded.images.entries()) {
    const rules = { lenientTar, moreFollow: at < loaded.images.length - 1 };
    const summary = await inStage("verify", () => digestImage({ image, source: from, view }, rules, context));
    images.push({
      platform: formatPlatform(image.platform),
      manifest: image.manifest.descriptor.digest,
      ...summary,
    });
  }
  const ofImages = loaded.images.flatMap((image) => image.diagnostics);
  return {
    source: from.reference.text,
    images,
    diagnostics: [...from.diagnostics, ...loaded.diagnostics, ...ofImages],
  };
}
