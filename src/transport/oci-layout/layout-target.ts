import { access, mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errnoOf, guardIo, ioError } from "../../bytes/io-error.ts";
import type { Context } from "../../context.ts";
import { isFlattenError, TransportError, UsageError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import { behindLinks, syncFolder, temporaryBeside } from "../archive/target.ts";
import { blobPath } from "../blob-store.ts";
import { type FileReference, reference as referenceTo } from "../reference.ts";
import { editIndex, findClashes } from "./edit-index.ts";
import { entryName, REF_NAME } from "./entry-name.ts";
import { openFolder } from "./folder.ts";
import { freshIndex, LAYOUT_MARKER, layoutEntries } from "./layout-entries.ts";
import { readLayoutIndex } from "./layout-index.ts";
import { withLayoutLock } from "./layout-lock.ts";
import type { Staging } from "./staging.ts";

/** What {@link openLayoutTarget} needs besides the reference. */
export interface LayoutDestinationOptions {
  /** Replaces entries of the same name. */
  readonly force: boolean;
  /** The names that `commit` will get, as far as they are known, checked before any work. */
  readonly names: readonly string[];
}

/** An image whose blobs are in the staging folder. */
export interface StagedImage {
  readonly root: Descriptor;
  readonly names: readonly string[];
}

/** A folder that is or will be an OCI layout. */
export interface LayoutTarget {
  readonly path: string;
  /** Path of the staging folder: on the same file system, with a hidden name. */
  readonly staging: string;
  /** Whether the folder exists already. */
  readonly exists: boolean;
  /**
   * Makes the staged blobs and the image's entries of `index.json` visible, the index last; undoes its steps if one
   * fails. Returns the entries that lost their names.
   */
  publish(staging: Staging, image: StagedImage): Promise<readonly Descriptor[]>;
}

/** Checks the folder before any work is done. @throws as `openLayoutDestination` */
export async function openLayoutTarget(
  reference: FileReference,
  options: LayoutDestinationOptions,
  context: Context,
): Promise<LayoutTarget> {
  const path = resolve(reference.path);
  if ((await behindLinks(path, reference.path)) === undefined) {
    return new FreshLayout(path, { reference, onceThere: () => openLayoutTarget(reference, options, context) });
  }
  const index = await readIndex(path, context);
  if (index === undefined && !(await isEmpty(path))) {
    throw refused(reference.path, "it is a folder with other things in it", "choose a new or an empty folder");
  }
  const layout = new ExistingLayout(path, { ...options, reference, context });
  if (index !== undefined && options.names.length > 0) layout.refuseClash(index, options.names);
  return layout;
}

interface FreshLayoutOptions {
  readonly reference: FileReference;
  /** Opens the layout that another run has created there in the meantime. */
  readonly onceThere: () => Promise<LayoutTarget>;
}

/** A new layout: built beside its final path, then renamed. */
class FreshLayout implements LayoutTarget {
  readonly path: string;
  readonly staging: string;
  readonly exists = false;
  readonly #options: FreshLayoutOptions;

  constructor(path: string, options: FreshLayoutOptions) {
    this.path = path;
    this.staging = temporaryBeside(path);
    this.#options = options;
  }

  async publish(staging: Staging, image: StagedImage): Promise<readonly Descriptor[]> {
    const { reference, onceThere } = this.#options;
    await staging.addFile("oci-layout", LAYOUT_MARKER);
    await staging.addFile("index.json", freshIndex(layoutEntries(image.root, image.names, { reference })));
    try {
      await rename(staging.path, this.path);
    } catch (error) {
      if (!APPEARED.has(errnoOf(error) ?? "")) throw ioError(error, { side: "destination", path: this.path });
      const target = await onceThere();
      await staging.removeFiles("oci-layout", "index.json");
      return await target.publish(staging, image);
    }
    await syncFolder(dirname(this.path));
    return [];
  }
}

const APPEARED: ReadonlySet<string> = new Set(["ENOTEMPTY", "EEXIST", "ENOTDIR"]);

interface ExistingLayoutOptions extends LayoutDestinationOptions {
  readonly reference: FileReference;
  readonly context: Context;
}

/** An existing layout: blobs are added first, unreferenced, then `index.json` is replaced in one step. */
class ExistingLayout implements LayoutTarget {
  readonly path: string;
  readonly staging: string;
  readonly exists = true;
  readonly #options: ExistingLayoutOptions;
  /** Functions that undo the steps done so far, in the order of the steps. */
  readonly #undo: (() => Promise<void>)[] = [];

  constructor(path: string, options: ExistingLayoutOptions) {
    this.path = path;
    this.staging = temporaryBeside(join(path, "index.json"));
    this.#options = options;
  }

  /**
   * Returns the entries to be replaced. @throws UsageError DESTINATION_EXISTS if there are any and `force` is not set,
   * and if another image has one of the names as its tag
   */
  refuseClash(index: Document<ImageIndex>, names: readonly string[]): readonly Descriptor[] {
    const { same, others } = findClashes(index, names);
    const [other] = others;
    if (other !== undefined) throw this.#taken(other);
    const [clash] = same;
    if (clash === undefined || this.#options.force) return same;
    const name = entryName(clash);
    const what = name === undefined ? "an image without a name" : `an image ${name}`;
    throw new UsageError("DESTINATION_EXISTS", `${this.path} has ${what} already`, {
      details: { path: this.path, hint: "choose another name, or replace it with --force" },
    });
  }

  #taken(other: Descriptor): UsageError {
    const { transport, path } = this.#options.reference;
    const name = entryName(other) ?? "";
    const { text } = referenceTo(transport, path, { name });
    const what = `in ${this.path} ${other.annotations?.[REF_NAME]} is the tag of ${name}`;
    return new UsageError("DESTINATION_EXISTS", what, {
      details: { path: this.path, hint: `choose another name; ${text} with --force replaces that image` },
    });
  }

  /** A failure is undone before another run can publish, since that run may rely on the same blobs. */
  async publish(staging: Staging, image: StagedImage): Promise<readonly Descriptor[]> {
    const replaced = await withLayoutLock(this.path, this.#options.context.signal, async () => {
      try {
        return await this.#publish(staging, image);
      } catch (error) {
        await this.#undoSteps(error);
        throw error;
      }
    });
    await syncFolder(this.path);
    return replaced.filter(({ digest }) => digest !== image.root.digest);
  }

  /**
   * What cannot be removed harms nothing, since no index names it; the failure to report is the one that came first.
   */
  async #undoSteps(because: unknown): Promise<void> {
    const failures: string[] = [];
    for (const step of this.#undo.reverse()) await step().catch((error: Error) => failures.push(error.message));
    if (failures.length > 0 && isFlattenError(because)) because.details = { ...because.details, notUndone: failures };
  }

  async #publish(staging: Staging, { root, names }: StagedImage): Promise<readonly Descriptor[]> {
    const { reference, context } = this.#options;
    // Read again: another process may have added images in the meantime.
    const index = await readIndex(this.path, context);
    const replaced = index === undefined ? [] : this.refuseClash(index, names);
    const others = index?.json.manifests.filter((entry) => !replaced.includes(entry)) ?? [];
    const entries = layoutEntries(root, names, { reference, others });
    const content = index === undefined ? freshIndex(entries) : editIndex(index, replaced, entries);
    await staging.addFile("index.json", content);
    if (index === undefined) await staging.addFile("oci-layout", LAYOUT_MARKER);
    for (const digest of staging.blobs) await this.#move(staging, blobPath(digest));
    if (index === undefined) await this.#move(staging, "oci-layout");
    await this.#rename(staging, "index.json");
    return replaced;
  }

  async #move(staging: Staging, name: string): Promise<void> {
    const path = join(this.path, name);
    const isNew = !(await isThere(path));
    await this.#makeFolder(dirname(path));
    await this.#rename(staging, name);
    if (isNew) this.#undo.push(() => rm(path, { force: true }));
  }

  async #makeFolder(path: string): Promise<void> {
    if (await isThere(path)) return;
    await this.#makeFolder(dirname(path));
    await guardIo({ side: "destination", path }, () => mkdir(path));
    this.#undo.push(() => rmdir(path).catch(() => {}));
  }

  async #rename(staging: Staging, name: string): Promise<void> {
    const path = join(this.path, name);
    await guardIo({ side: "destination", path }, () => rename(join(staging.path, name), path));
  }
}

async function readIndex(path: string, context: Context): Promise<Document<ImageIndex> | undefined> {
  const found = await guardIo({ side: "destination", path }, () => stat(path));
  if (!found.isDirectory()) throw refused(path, "it is a file", `use oci-archive:${path} or docker-archive:${path}`);
  await using folder = await openFolder(path, context.signal);
  return await readLayoutIndex(folder, context.limits);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw ioError(error, { side: "destination", path });
  }
}

/** Ignores what a killed run left behind. */
async function isEmpty(path: string): Promise<boolean> {
  const names = await guardIo({ side: "destination", path }, () => readdir(path));
  return names.every((name) => name.startsWith(".planish-"));
}

function refused(path: string, why: string, hint: string): TransportError {
  return new TransportError("DESTINATION_REFUSED", `cannot write ${path}: ${why}`, { details: { path, hint } });
}
