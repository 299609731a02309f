import pLimit from "p-limit";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { chunksOf } from "../../bytes/chunks-of.ts";
import { releasing } from "../../bytes/release.ts";
import { spool } from "../../bytes/spool.ts";
import { verified } from "../../bytes/verified.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { TransportError, UsageError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { isLayerType, layerMediaType } from "../../oci/media-type.ts";
import { blobPath } from "../blob-store.ts";
import type { Accepts, Destination, EncodedLayer, EncodingLayer } from "../contracts.ts";
import { nameMoved } from "../name-moved.ts";
import { freshIndex, LAYOUT_MARKER, layoutEntries } from "../oci-layout/layout-entries.ts";
import { patient } from "../patient.ts";
import { type NamedReference, namedReference, reference } from "../reference.ts";
import { CLASSIC_ACCEPTS, CONTAINERD_ACCEPTS } from "./accepts.ts";
import { completing, type EngineClient } from "./client.ts";
import { newTag } from "./image-tags.ts";
import { type EngineStore, findImage, storeOf } from "./images.ts";
import { type ImportedLayer, importLayer } from "./layer-import.ts";
import { LoadUpload } from "./load-upload.ts";
import { openDaemonSource } from "./source.ts";
import { allOrNone, removeLeftovers, removeTemporary, type TagMove, tagImage } from "./tags.ts";
import { temporaryTag } from "./temporary-name.ts";

export interface DaemonDestinationOptions {
  readonly to: NamedReference;
  /** Further names for the image, checked before any work. */
  readonly names?: readonly string[] | undefined;
  /** Moves names that other images have to the new image. */
  readonly force: boolean;
  /**
   * Names of the source if it is an image of the same engine; only `inPlace` moves them to the new image, `force` does
   * not.
   */
  readonly sourceNames?: readonly string[] | undefined;
  readonly inPlace?: boolean | undefined;
}

/**
 * Opens an engine for writing. The archive for `load` is sent while it is made. Stores of unpacked layers get them
 * uncompressed, since the engine would only inflate them.
 * @throws UsageError DESTINATION_EXISTS, and ARGUMENT_INVALID if `inPlace` would move no name; ReferenceInvalidError
 * REFERENCE_INVALID; TransportError DAEMON_UNREACHABLE
 */
export async function openDaemonDestination(
  client: EngineClient,
  options: DaemonDestinationOptions,
  context: Context,
): Promise<Destination> {
  const tag = newTag(client.engine, options.to.name);
  const others = (options.names ?? []).map((name) => newTag(client.engine, name));
  if (options.inPlace) refuseOthers(client, [tag, ...others], options);
  const [store] = await Promise.all([
    storeOf(client),
    removeLeftovers(client, context.signal),
    ...[...new Set([tag, ...others])].map((wanted) => refuseTaken(client, wanted, options)),
  ]);
  return new DaemonDestination({ client, tag, options, context, store });
}

/** Refuses a tag that an image has, unless it may be moved, or that image is the new one: one with an ID of `same`. */
async function refuseTaken(
  client: EngineClient,
  tag: string,
  options: DaemonDestinationOptions,
  same: readonly string[] = [],
): Promise<void> {
  const { force, inPlace = false, sourceNames = [] } = options;
  const ofSource = sourceNames.some((name) => newTag(client.engine, name) === tag);
  if (ofSource ? inPlace : force) return;
  const taken = await findImage(client, tag);
  if (taken === undefined || same.includes(taken.id)) return;
  const hint = ofSource
    ? "give another name, or --in-place to move the source's own name to the new image"
    : "give another name, or --force to move the name to the new image";
  throw new UsageError("DESTINATION_EXISTS", `${client.engine} already has an image ${tag}`, { details: { hint } });
}

/** Refuses `inPlace` if none of the names is the source's. */
function refuseOthers(client: EngineClient, tags: readonly string[], options: DaemonDestinationOptions): void {
  const { sourceNames = [] } = options;
  const own = sourceNames.map((name) => newTag(client.engine, name));
  if (tags.some((tag) => own.includes(tag))) return;
  const [message, hint] =
    own.length === 0
      ? ["--in-place moves the name of the source, which was asked for by an ID or a digest", "ask for it by its name"]
      : [
          `--in-place moves the source's own name, ${own.join(", ")}, and the result is to be ${tags.join(", ")}`,
          "write to that name, or leave --in-place out",
        ];
  throw new UsageError("ARGUMENT_INVALID", message, { details: { hint } });
}

interface DaemonDestinationInit {
  readonly client: EngineClient;
  readonly tag: string;
  readonly options: DaemonDestinationOptions;
  readonly context: Context;
  readonly store: EngineStore;
}

class DaemonDestination implements Destination {
  readonly reference: NamedReference;
  readonly accepts: Accepts;
  diagnostics: readonly Diagnostic[] = [];
  readonly #init: DaemonDestinationInit;
  /** Paths in the archive, by digest. */
  readonly #members = new Map<Digest, string>();
  readonly #documents = new Map<Digest, AnyDocument>();
  /** Number of layers that were sent before their digest was known, duplicates included. */
  #streamed = 0;
  #upload: LoadUpload | undefined;
  /** Aborts the uploads: the run's signal until the names are moved, then {@link patient}. */
  #signal: AbortSignal;
  /** The layer that was imported before the archive, which does not contain it. */
  #imported: ImportedLayer | undefined;
  /** Serialises the members of the archive. */
  readonly #inTurn = pLimit(1);

  constructor(init: DaemonDestinationInit) {
    this.reference = namedReference(init.options.to.transport, init.tag);
    this.accepts = init.store === "containerd" ? CONTAINERD_ACCEPTS : CLASSIC_ACCEPTS;
    this.#init = init;
    this.#signal = init.context.signal;
  }

  async hasBlob(blob: Descriptor): Promise<boolean> {
    return this.#members.has(blob.digest);
  }

  async writeBlob(blob: Descriptor, open: () => ByteStream): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#members.has(blob.digest)) return;
      const path = blobPath(blob.digest);
      await this.#send(path, blob.size, verified(open(), blob));
      this.#members.set(blob.digest, path);
    });
  }

  /**
   * An uncompressed layer is sent while it is encoded; a classic store gets the first one as an import, which it
   * unpacks on arrival. The size of a compressed layer, and in a layout the digest of any layer, must be known before
   * it is sent: such a layer is first written to a scratch file.
   */
  async writeLayer(produce: () => EncodingLayer): Promise<EncodedLayer> {
    return this.#inTurn(async () => {
      const { store } = this.#init;
      const encoding = produce();
      if (encoding.compression !== "none" || store === "containerd") return this.#spoolLayer(encoding);
      if (store === "classic" && this.#members.size === 0) return this.#importLayer(encoding);
      const { uncompressedSize } = encoding;
      return uncompressedSize === undefined
        ? this.#spoolLayer(encoding)
        : this.#streamLayer(encoding, uncompressedSize);
    });
  }

  async writeManifest(manifest: AnyDocument): Promise<void> {
    this.#documents.set(manifest.descriptor.digest, manifest);
    if (this.#init.store === "containerd") await this.writeBlob(manifest.descriptor, () => chunksOf(manifest.bytes));
  }

  async commit(root: Descriptor, names: readonly string[]): Promise<NamedReference> {
    const document = this.#documents.get(root.digest);
    if (document === undefined) throw new Error(`commit of ${root.digest}, which writeManifest did not get`);
    const { client, tag, options, store, context } = this.#init;
    const tags = [...new Set([tag, ...names.map((name) => newTag(client.engine, name))])];
    // Another program may have given a name meanwhile, and only now all of them are known.
    for (const wanted of tags) await refuseTaken(client, wanted, options, idsOf(document));
    return this.#inTurn(async () => {
      const moves = await Promise.all(
        tags.map(async (each) => ({ tag: each, before: (await findImage(client, each))?.id })),
      );
      const steady = completing(client, patient(context.signal));
      if (store === "containerd" || moves.length > 1) await this.#loadThenTag(root, { document, moves, steady });
      else await this.#load(document, [tag]);
      const loaded = await findImage(steady, tag);
      if (loaded === undefined || !idsOf(document).includes(loaded.id)) {
        throw new TransportError("TRANSPORT_FAILED", `${client.engine} took the image, but ${tag} is not it`);
      }
      this.diagnostics = moves.flatMap(({ tag: each, before = loaded.id }) =>
        before === loaded.id ? [] : [nameMoved(each, before, "the engine keeps under that ID")],
      );
      return this.reference;
    });
  }

  async #importLayer(encoding: EncodingLayer): Promise<EncodedLayer> {
    const { client, context } = this.#init;
    this.#imported = await importLayer(client, encoding, context.signal);
    const { layer } = this.#imported;
    this.#members.set(layer.digest, blobPath(layer.digest));
    return layer;
  }

  async #streamLayer(encoding: EncodingLayer, size: number): Promise<EncodedLayer> {
    const path = `${this.#streamed}.layer`;
    this.#streamed += 1;
    await this.#send(path, size, releasing(encoding.stream));
    this.#members.set(encoding.result().digest, path);
    return encoding.result();
  }

  async #spoolLayer(encoding: EncodingLayer): Promise<EncodedLayer> {
    const { scratch, signal } = this.#init.context;
    await using file = await spool(releasing(encoding.stream), await scratch.path("layer.blob"), signal);
    const layer = encoding.result();
    if (this.#members.has(layer.digest)) return layer;
    await this.#send(blobPath(layer.digest), file.size, file.stream());
    this.#members.set(layer.digest, blobPath(layer.digest));
    return layer;
  }

  /**
   * A classic store identifies a layer together with all layers below it. An imported layer that is not, or not only,
   * the bottom layer must therefore be in the archive too.
   */
  async #sendImported({ json }: Document<Manifest>): Promise<void> {
    if (this.#imported === undefined) return;
    const { layer, tag } = this.#imported;
    const places = [...json.layers.keys()].filter((at) => json.layers[at]?.digest === layer.digest);
    if (places.every((at) => at === 0)) return;
    const { client, context } = this.#init;
    await using source = await openDaemonSource(namedReference("docker-daemon", tag), client, context);
    const descriptor = { mediaType: layerMediaType("docker", "none"), digest: layer.digest, size: layer.size };
    await this.#send(this.#path(descriptor), layer.size, source.readBlob(descriptor));
  }

  /**
   * A containerd store names an image before it unpacks the layers, and no engine gives several names in one step. So
   * the image is loaded under a temporary name, and the final names are given once it is known to be good; by `tag`,
   * since a load into a containerd store would remove the image that had them.
   */
  async #loadThenTag(root: Descriptor, { document, moves, steady }: Naming): Promise<void> {
    const { client, context, store } = this.#init;
    const temporary = temporaryTag("load");
    try {
      if (store === "containerd") await this.#sendText("index.json", indexOf(root, [temporary]));
      await this.#load(document, [temporary]);
      context.signal.throwIfAborted();
      // From here on the run is completed although it is aborted, unless the engine does not answer.
      this.#signal = patient(context.signal);
      const tags = moves.map(({ tag }) => tag);
      await allOrNone(steady, async (begun) => {
        for (const move of moves) {
          begun.push(move);
          await tagImage(steady, temporary, move.tag);
        }
        if (store !== "containerd") return;
        // Docker keeps and shows the annotations of the loaded index: this replaces those with the temporary name.
        await this.#sendText("index.json", indexOf(root, tags));
        await this.#finish();
      });
    } finally {
      await removeTemporary(client, temporary, context.signal);
    }
  }

  /** An index has no `manifest.json`: only a containerd store accepts one, and it reads the OCI layout. */
  async #load(document: AnyDocument, tags: readonly string[]): Promise<void> {
    if (isManifest(document)) {
      await this.#sendImported(document);
      await this.#sendText("manifest.json", this.#archiveManifest(document, tags));
    } else if (this.#init.store !== "containerd")
      throw new Error("an engine was given an index, which it does not accept");
    await this.#finish();
    await this.#forgetImported();
  }

  async #finish(): Promise<void> {
    await this.#upload?.finish();
    this.#upload = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#upload?.abort();
    // This turn comes when all before it have ended.
    await this.#inTurn(async () => {});
    await this.#forgetImported();
  }

  async #forgetImported(): Promise<void> {
    await this.#imported?.[Symbol.asyncDispose]();
    this.#imported = undefined;
  }

  #archiveManifest({ json }: Document<Manifest>, tags: readonly string[]): Uint8Array {
    const Layers = json.layers.filter(({ mediaType }) => isLayerType(mediaType)).map((layer) => this.#path(layer));
    return Buffer.from(JSON.stringify([{ Config: this.#path(json.config), RepoTags: tags, Layers }]));
  }

  async #send(path: string, size: number, stream: ByteStream): Promise<void> {
    if (this.#upload === undefined) {
      this.#upload = new LoadUpload(this.#init.client, this.#signal);
      if (this.#init.store === "containerd") await this.#sendText("oci-layout", LAYOUT_MARKER);
    }
    await this.#upload.add({ path, size, stream });
  }

  #sendText(path: string, bytes: Uint8Array): Promise<void> {
    return this.#send(path, bytes.length, chunksOf(bytes));
  }

  #path({ digest }: Descriptor): string {
    const path = this.#members.get(digest);
    if (path === undefined) throw new Error(`the manifest names ${digest}, which was not written`);
    return path;
  }
}

/** The transport whose rules for names apply to the archive that is sent. */
const ARCHIVE = reference("docker-archive", "-");

function indexOf(root: Descriptor, names: readonly string[]): Uint8Array {
  return freshIndex(layoutEntries(root, names, { reference: ARCHIVE }));
}

/** An image that an engine is to have, and its names, the first of which is that of the reference. */
interface Naming {
  readonly document: AnyDocument;
  readonly moves: readonly TagMove[];
  /** For what an abort must not leave half done. */
  readonly steady: EngineClient;
}

type AnyDocument = Document<Manifest> | Document<ImageIndex>;

function isManifest(document: AnyDocument): document is Document<Manifest> {
  return "layers" in document.json;
}

/** The IDs that an engine may give an image: the digest of its config, or in a containerd store that of its root. */
function idsOf(document: AnyDocument): readonly string[] {
  const { digest } = document.descriptor;
  return isManifest(document) ? [digest, document.json.config.digest] : [digest];
}
