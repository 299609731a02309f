import type { Context } from "../../context.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { BlobStore } from "../blob-store.ts";
import type { FileTree } from "../file-tree.ts";
import type { OpenPlace } from "../open-place.ts";
import { type FileReference, firstNamed, reference } from "../reference.ts";
import { entryName } from "./entry-name.ts";
import { readLayoutIndex } from "./layout-index.ts";
import { LayoutSource, noLayout } from "./source.ts";

/**
 * Everything that the `index.json` of a layout lists, each digest once under all its names. The tree is closed with the
 * place, or before an error leaves.
 * @throws TransportError SOURCE_NOT_FOUND; ImageInvalidError MANIFEST_INVALID
 */
export async function layoutSources(tree: FileTree, from: FileReference, context: Context): Promise<OpenPlace> {
  try {
    const index = await readLayoutIndex(tree, context.limits);
    if (index === undefined) throw noLayout(from);
    const store = new BlobStore(tree);
    const sources = byDigest(index.json.manifests).map(({ root, names }) => {
      const at = reference(from.transport, from.path, { position: index.json.manifests.indexOf(root) });
      return {
        names,
        reference: firstNamed(at, names),
        text: names[0] ?? at.text,
        open: async () => new LayoutSource({ tree, store, root, reference: at, names }),
      };
    });
    return { diagnostics: tree.diagnostics, sources, [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose]() };
  } catch (error) {
    await tree[Symbol.asyncDispose]();
    throw error;
  }
}

interface NamedEntry {
  readonly root: Descriptor;
  readonly names: readonly string[];
}

function byDigest(entries: readonly Descriptor[]): NamedEntry[] {
  const found = new Map<Digest, Descriptor[]>();
  for (const entry of entries) found.set(entry.digest, [...(found.get(entry.digest) ?? []), entry]);
  return [...found.values()].flatMap((same) => {
    const names = [...new Set(same.map(entryName).filter((name) => name !== undefined))];
    return same.slice(0, 1).map((root) => ({ root, names }));
  });
}
