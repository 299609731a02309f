import type { Context } from "../../context.ts";
import type { Archive } from "../archive/archive.ts";
import type { OpenPlace, PlacedSource } from "../open-place.ts";
import { type FileReference, firstNamed, reference } from "../reference.ts";
import { namesAmong } from "./archive-manifest.ts";
import { openImageOf, readDockerTree } from "./source.ts";

/**
 * Every image that the `manifest.json` of an archive lists. The archive is closed with the place, or before an error is
 * thrown.
 * @throws ImageInvalidError MANIFEST_INVALID, IMAGE_UNSUPPORTED; LimitError LIMIT_EXCEEDED
 */
export async function archiveSources(archive: Archive, from: FileReference, context: Context): Promise<OpenPlace> {
  try {
    const tree = await readDockerTree(archive, context);
    const namesOf = namesAmong(tree.images);
    const sources = tree.images.map((image, position): PlacedSource => {
      const at = reference("docker-archive", from.path, { position });
      const names = namesOf(image);
      const text = names[0] ?? at.text;
      const named = firstNamed(at, names);
      return {
        names,
        reference: named,
        text,
        use: async (look) => look(await openImageOf(tree, { image, names, reference: named }, context)),
      };
    });
    return { diagnostics: archive.diagnostics, sources, [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose]() };
  } catch (error) {
    await archive[Symbol.asyncDispose]();
    throw error;
  }
}
