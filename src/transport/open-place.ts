import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { ReferenceInvalidError } from "../errors.ts";
import { openArchive } from "./archive/archive.ts";
import type { Source } from "./contracts.ts";
import { archiveSources } from "./docker-archive/archive-sources.ts";
import type { FileTree } from "./file-tree.ts";
import { openFolder } from "./oci-layout/folder.ts";
import { layoutSources } from "./oci-layout/layout-sources.ts";
import { openSource } from "./open-source.ts";
import type { OpenablePlace } from "./place.ts";
import { type FileReference, type Reference, reference, selectedName } from "./reference.ts";
import { repositoryOf } from "./registry/repository.ts";
import { NO_SERVERS, type Servers } from "./servers.ts";
import { sniff } from "./sniff.ts";

/** All images of a place, to be opened one by one. */
export interface OpenPlace extends AsyncDisposable {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: AsyncIterable<PlacedSource> | Iterable<PlacedSource>;
}

/** A manifest or an index with the names that it has there. */
export interface PlacedSource {
  /** `repository:tag`, or a tag alone; empty for an image without a name. */
  readonly names: readonly string[];
  /** By its first name or, without one, by its position. */
  readonly reference: Reference;
  /** Its name for messages. */
  readonly text: string;
  /**
   * Opens the source while `look` runs. Nothing else stays open except what all sources of the place share, since there
   * may be thousands.
   */
  use<Result>(look: (source: Source) => Promise<Result>): Promise<Result>;
}

/**
 * Opens a layout, an archive, a repository or a registry to list what it holds.
 * @throws what opening a source throws; TransportError SOURCE_NOT_FOUND for a repository that does not exist
 */
export async function openPlace(place: OpenablePlace, context: Context, servers: Servers): Promise<OpenPlace> {
  if (place.kind !== "file") {
    const { registrySources } = await import("./registry/registry-sources.ts");
    const { registry } = place.kind === "registry" ? place : repositoryOf(place.name);
    return registrySources(place, servers.registry(registry), context);
  }
  const { reference: from } = place;
  if (from.path === "-") {
    throw new ReferenceInvalidError("stdin cannot be listed", { details: { hint: "save it to a file first" } });
  }
  if (from.transport !== undefined) return openFile(from, context);
  const { path } = from;
  const found = await sniff(path, context);
  if (found.transport === "oci") return openFile(reference("oci", path), context);
  const at = reference(found.transport, path);
  return found.transport === "oci-archive"
    ? layoutSources({ tree: found.archive }, at, context)
    : archiveSources(found.archive, at, context);
}

async function openFile(from: FileReference, context: Context): Promise<OpenPlace> {
  if (from.transport === "rootfs") {
    throw new ReferenceInvalidError(`${from.text} is one filesystem, and holds no images`);
  }
  if (from.selector !== undefined) return openOne(from, context);
  if (from.transport === "oci") {
    const reopen = (): Promise<FileTree> => openFolder(from.path, context.signal);
    return layoutSources({ tree: await reopen(), reopen }, from, context);
  }
  const archive = await openArchive(from.path, context);
  return from.transport === "oci-archive"
    ? layoutSources({ tree: archive }, from, context)
    : archiveSources(archive, from, context);
}

/** One image: under the requested name, or under all its names if it was requested by position. */
async function openOne(from: FileReference, context: Context): Promise<OpenPlace> {
  const source = await openSource(from, context, NO_SERVERS);
  const names = selectedName(from) === undefined ? source.names : source.names.slice(0, 1);
  const use: PlacedSource["use"] = (look) => look(source);
  const placed = { names, reference: from, text: from.text, use };
  return {
    get diagnostics() {
      return source.diagnostics;
    },
    sources: [placed],
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
