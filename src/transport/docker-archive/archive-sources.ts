import type { Context } from "../../context.ts";
import type { Archive } from "../archive/archive.ts";
import type { OpenPlace } from "../open-place.ts";
import { type FileReference, firstNamed, reference } from "../reference.ts";
import { readArchiveManifest, selectImage } from "./archive-manifest.ts";
import { noManifest, readDockerTree } from "./source.ts";

/**
 * Every image that the `manifest.json` of an archive lists. The archive is closed with the place, or before an error
 * leaves.
 * @throws ImageInvalidError MANIFEST_INVALID, IMAGE_UNSUPPORTED; LimitError LIMIT_EXCEEDED
 */
export async function archiveSources(archive: Archive, from: FileReference, context: Context): Promise<OpenPlace> {
  try {
    const images = await readArchiveManifest(archive, context.limits);
    if (images === undefined) throw noManifest(archive);
    const sources = images.map((_, position) => {
      const at = reference("docker-archive", from.path, { position });
      const { names } = selectImage(images, at);
      const text = names[0] ?? at.text;
      return { names, reference: firstNamed(at, names), text, open: () => readDockerTree(archive, at, context) };
    });
    return { diagnostics: archive.diagnostics, sources, [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose]() };
  } catch (error) {
    await archive[Symbol.asyncDispose]();
    throw error;
  }
}
