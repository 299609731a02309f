import type { Context } from "../../context.ts";
import { ImageInvalidError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import type { Archive } from "../archive/archive.ts";
import { BlobStore } from "../blob-store.ts";
import type { Source } from "../contracts.ts";
import { entryName } from "../oci-layout/entry-name.ts";
import { readLayoutIndex } from "../oci-layout/layout-index.ts";
import { LayoutSource } from "../oci-layout/source.ts";
import type { ArchiveParts } from "./archive-parts.ts";
import { completeImages, type KnownConfigs } from "./complete-images.ts";

/** The OCI half of an archive, read once for all of its images. */
export class OciHalf {
  readonly #archive: Archive;
  readonly #index: Document<ImageIndex>;
  readonly #byName: ReadonlyMap<string | undefined, readonly Descriptor[]>;
  readonly #store: BlobStore;
  readonly #context: Context;
  readonly #known: KnownConfigs = new Map();
  #damage = false;

  private constructor(archive: Archive, index: Document<ImageIndex>, context: Context) {
    this.#archive = archive;
    this.#index = index;
    this.#byName = Map.groupBy(index.json.manifests, entryName);
    this.#store = new BlobStore(archive);
    this.#context = context;
  }

  /** A damaged `index.json` is not an error: engines that read `manifest.json` never look at it. */
  static async read(archive: Archive, context: Context): Promise<OciHalf | "absent" | "damaged"> {
    try {
      const index = await readLayoutIndex(archive, context.limits);
      return index === undefined ? "absent" : new OciHalf(archive, index, context);
    } catch (error) {
      if (error instanceof ImageInvalidError) return "damaged";
      throw error;
    }
  }

  /**
   * An image as this half describes it: with its own manifest or index, and layers as they were pushed. If the half
   * lacks the image of `manifest.json`, or blobs of it: "damaged" if damage may be the reason, else "absent". Both
   * halves name the same config, by which they are matched.
   */
  async open({ config, names, reference }: ArchiveParts): Promise<Source | "absent" | "damaged"> {
    const named = names.flatMap((name) => this.#byName.get(name) ?? []);
    const isMeant = async (root: Descriptor): Promise<boolean> =>
      (await this.#configsOf(root)).has(config.descriptor.digest);
    const root = (await firstOf(named, isMeant)) ?? (await firstOf(this.#index.json.manifests, isMeant));
    if (root === undefined) return this.#damage ? "damaged" : "absent";
    return new LayoutSource({ tree: this.#archive, store: this.#store, root, reference, names });
  }

  #configsOf(entry: Descriptor): Promise<ReadonlySet<string>> {
    const damaged = (): void => {
      this.#damage = true;
    };
    return completeImages(entry, { store: this.#store, known: this.#known, damaged }, this.#context);
  }
}

async function firstOf<T>(all: readonly T[], is: (one: T) => Promise<boolean>): Promise<T | undefined> {
  for (const one of all) if (await is(one)) return one;
  return undefined;
}
