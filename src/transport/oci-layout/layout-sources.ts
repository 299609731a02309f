import type { Context } from "../../context.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { BlobStore } from "../blob-store.ts";
import type { FileTree } from "../file-tree.ts";
import type { OpenPlace, PlacedSource } from "../open-place.ts";
import { type FileReference, firstNamed, reference } from "../reference.ts";
import { entryName } from "./entry-name.ts";
import { readLayoutIndex } from "./layout-index.ts";
import { LayoutSource, noLayout } from "./source.ts";

/** A layout to be listed. */
export interface ListedLayout {
  readonly tree: FileTree;
  /** Opens the layout again, for one image: files that were read stay open until their tree is closed. */
  reopen?(): Promise<FileTree>;
}

/**
 * Everything that the `index.json` of a layout lists, each digest once with all its names. The tree is closed with the
 * place, or before an error is thrown.
 * @throws TransportError SOURCE_NOT_FOUND; ImageInvalidError MANIFEST_INVALID
 */
export async function layoutSources(
  { tree, reopen }: ListedLayout,
  from: FileReference,
  context: Context,
): Promise<OpenPlace> {
  try {
    const index = await readLayoutIndex(tree, context.limits);
    if (index === undefined) throw noLayout(from);
    const sources = byDigest(index.json.manifests).map(({ root, position, names }): PlacedSource => {
      const at = reference(from.transport, from.path, { position });
      const named = firstNamed(at, names);
      return {
        names,
        reference: named,
        text: names[0] ?? at.text,
        async use(look) {
          await using own = await reopen?.();
          const files = own ?? tree;
          const store = new BlobStore(files);
          // The same names as if the image is opened by its reference.
          return await look(new LayoutSource({ tree: files, store, root, reference: named, names: names.slice(0, 1) }));
        },
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
  /** In `index.json`. */
  readonly position: number;
  readonly names: readonly string[];
}

function byDigest(entries: readonly Descriptor[]): NamedEntry[] {
  const found = new Map<Digest, NamedEntry & { readonly names: string[] }>();
  for (const [position, root] of entries.entries()) {
    const known = found.get(root.digest) ?? { root, position, names: [] };
    found.set(root.digest, known);
    const name = entryName(root);
    if (name !== undefined && !known.names.includes(name)) known.names.push(name);
  }
  return [...found.values()];
}
