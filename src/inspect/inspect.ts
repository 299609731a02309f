import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import { describeReferrer } from "../image/attestations.ts";
import { searchReferrers } from "../image/find-referrers.ts";
import type { Image } from "../image/image.ts";
import { loadImages } from "../image/load-images.ts";
import type { Document } from "../oci/document.ts";
import { formatPlatform } from "../oci/platform.ts";
import { startRun } from "../run.ts";
import { openSource } from "../transport/open-source.ts";
import { typedServers } from "../transport/typed-servers.ts";
import type { InspectedDocument, InspectedImage, InspectResult } from "./inspect-result.ts";

/** Options of {@link inspect}. */
export interface InspectOptions extends RunOptions {
  /** Whether to search for what is stored beside the images, in a registry five requests per image; true by default. */
  readonly referrers?: boolean;
}

/**
 * Describes a source: names, digests, config, manifest and layers of its image, or of every image of its index, or of
 * the given platforms; and what is stored beside these and refers to them. Documents are verified; no layer is read.
 * @throws FlattenError with the codes of the open stage
 */
export async function inspect(source: string, options: InspectOptions = {}): Promise<InspectResult> {
  await using run = startRun(options, { referrers: true });
  return await inStage("open", async () => {
    await using from = await openSource(source, run.context, typedServers(options, { sources: [source] }));
    const loaded = await loadImages(from, { platforms: options.platforms, all: true }, run.context);
    await using search = searchReferrers(options.referrers === false ? {} : from, loaded, run.context);
    const beside = await search.found();
    const ofAll = [...from.diagnostics, ...loaded.diagnostics, ...beside.diagnostics];
    return {
      source: from.reference.text,
      names: from.names,
      digest: loaded.root.digest,
      mediaType: loaded.root.mediaType,
      ...(loaded.index !== undefined && { index: inspectDocument(loaded.index.document) }),
      images: loaded.images.map(inspectImage),
      others: loaded.others.map(({ descriptor }) => descriptor.digest),
      referrers: beside.referrers.map(describeReferrer),
      diagnostics: [...ofAll, ...loaded.images.flatMap((image) => image.diagnostics)],
    };
  });
}

function inspectImage({ platform, manifest, config, layers }: Image): InspectedImage {
  return {
    platform: formatPlatform(platform),
    manifest: inspectDocument(manifest),
    config: inspectDocument(config),
    layers: layers.map(({ descriptor: { digest, mediaType, size }, diffId }, number) => ({
      number,
      digest,
      diffId,
      mediaType,
      size,
    })),
    size: layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
  };
}

function inspectDocument({
  descriptor: { digest, mediaType, size },
  bytes,
  json,
}: Document<unknown>): InspectedDocument {
  return { digest, mediaType, size, text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), json };
}
