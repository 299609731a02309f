import type { ByteStream } from "../../bytes/byte-stream.ts";
import { inOrder } from "../../bytes/in-order.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { isFlattenError, TransportError, UsageError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { isIndexType } from "../../oci/media-type.ts";
import { autoCompression } from "../auto-compression.ts";
import type { Accepts, Destination, EncodedLayer, EncodingLayer } from "../contracts.ts";
import { type ImageName, nameBeside } from "../image-name.ts";
import { leftBehind } from "../left-behind.ts";
import { nameMoved } from "../name-moved.ts";
import { ANSWER_SECONDS, patient } from "../patient.ts";
import type { Reference } from "../reference.ts";
import { blobExists, pushBlob } from "./blob-write.ts";
import { connectRegistry } from "./connect.ts";
import { pushLayer } from "./layer-write.ts";
import { putManifest, taggedDigest } from "./manifest-write.ts";
import type { RegistryOptions } from "./options.ts";
import { registryReference, repositoryOf } from "./repository.ts";
import type { RegistrySession } from "./session.ts";
import type { OpenUploads } from "./upload-run.ts";

/** How a registry is written to. */
export interface RegistryDestinationOptions extends RegistryOptions {
  /** Moves tags that exist. */
  readonly force?: boolean | undefined;
  /** More names in the same repository, for the same result. */
  readonly names?: readonly string[] | undefined;
  /** The source image, if it is in a registry: blobs of the same registry are mounted, not sent. */
  readonly mountFrom?: ImageName | undefined;
}

/**
 * Opens a repository for writing: under the name's tag, `latest` if it has none, or under its digest alone if it has
 * only that. Blobs are uploaded as they come; nothing refers to them until `commit`, which uploads the manifests.
 * @throws UsageError DESTINATION_EXISTS for an existing tag without `force`; ARGUMENT_INVALID for a name of another
 * repository, or for given credentials where the source is in another registry
 * @throws TransportError AUTH_DENIED, TRANSPORT_FAILED
 */
export async function openRegistryDestination(
  name: ImageName,
  options: RegistryDestinationOptions,
  context: Pick<Context, "signal">,
): Promise<Destination> {
  assertOneRegistry(name, options);
  const tags = tagsOf(name, options.names ?? []);
  const session = await connectRegistry({ ...repositoryOf(name), side: "destination" }, options, context);
  const destination = new RegistryDestination({ name, session, tags, options });
  try {
    if (options.force !== true) await destination.taggedDigests(undefined);
    return destination;
  } catch (error) {
    await destination[Symbol.asyncDispose]();
    throw error;
  }
}

/** Given credentials do not name their registry; the other registry must not receive them. */
function assertOneRegistry(name: ImageName, { credentials, mountFrom }: RegistryDestinationOptions): void {
  if (credentials === undefined || mountFrom === undefined) return;
  const [to, from] = [repositoryOf(name).registry, repositoryOf(mountFrom).registry];
  if (to === from) return;
  throw new UsageError("ARGUMENT_INVALID", `the credentials may be those of ${from} or of ${to}, but not of both`, {
    details: { hint: "log in to both with docker login, and give none" },
  });
}

function tagsOf(name: ImageName, names: readonly string[]): readonly string[] {
  const own = name.tag ?? (name.digest === undefined ? "latest" : undefined);
  const more = names.map((text) => {
    const { repository, tag = "latest", digest } = nameBeside(text, name);
    if (repository === name.repository && digest === undefined) return tag;
    const hint = `name a tag of that repository, as in -t ${tag}, and push to another one separately`;
    throw new UsageError("ARGUMENT_INVALID", `${text} is not a tag of ${name.repository}`, { details: { hint } });
  });
  return [...new Set([...(own === undefined ? [] : [own]), ...more])];
}

interface DestinationParts {
  readonly name: ImageName;
  readonly session: RegistrySession;
  readonly tags: readonly string[];
  readonly options: RegistryDestinationOptions;
}

class RegistryDestination implements Destination {
  readonly reference: Reference;
  readonly accepts: Accepts = ACCEPTS;
  diagnostics: readonly Diagnostic[] = [];
  readonly #parts: DestinationParts;
  readonly #uploads: OpenUploads = new Set();
  readonly #manifests = new Map<Digest, Document<Manifest> | Document<ImageIndex>>();
  /** Known to be in the registry or not, so that it is asked once per blob. */
  readonly #present = new Set<Digest>();
  readonly #absent = new Set<Digest>();

  constructor(parts: DestinationParts) {
    this.#parts = parts;
    this.reference = registryReference(parts.name);
  }

  async hasBlob(blob: Descriptor): Promise<boolean> {
    if (this.#present.has(blob.digest)) return true;
    if (this.#absent.has(blob.digest)) return false;
    const exists = await blobExists(this.#parts.session, blob);
    (exists ? this.#present : this.#absent).add(blob.digest);
    return exists;
  }

  async writeBlob(blob: Descriptor, open: () => ByteStream): Promise<void> {
    if (await this.hasBlob(blob)) return;
    await pushBlob(this.#parts.session, { blob, open, mountFrom: this.#mountFrom(), uploads: this.#uploads });
    this.#stored(blob.digest);
  }

  async writeLayer(produce: () => EncodingLayer): Promise<EncodedLayer> {
    const encoded = await pushLayer(this.#parts.session, { produce, uploads: this.#uploads });
    this.#stored(encoded.digest);
    return encoded;
  }

  async writeManifest(manifest: Document<Manifest> | Document<ImageIndex>): Promise<void> {
    this.#manifests.set(manifest.descriptor.digest, manifest);
  }

  /** Pushes the manifests by digest, and tags the root last. */
  async commit(root: Descriptor): Promise<Reference> {
    const { tags, name } = this.#parts;
    const document = this.#manifests.get(root.digest);
    if (document === undefined) throw new Error(`${root.digest} was committed but not written`);
    if (name.digest !== undefined && name.digest !== root.digest) {
      throw new TransportError("DESTINATION_REFUSED", `the result is ${root.digest} and cannot be ${name.digest}`, {
        details: { digest: root.digest, hint: "name a tag, not a digest" },
      });
    }
    const before = await this.taggedDigests(root);
    const inner = [...this.#manifests.values()].filter(
      ({ descriptor }) => descriptor.digest !== root.digest || tags.length === 0,
    );
    await this.#pushByDigest(inner);
    // A registry with immutable tags refuses a tag that exists, even with the same image.
    const others = tags.filter((tag) => before.get(tag) !== root.digest);
    await this.#setTags(others, document);
    this.diagnostics = [...before]
      .filter(([, digest]) => digest !== "" && digest !== root.digest)
      .map(([tag, digest]) => nameMoved(`${name.repository}:${tag}`, digest, "the registry keeps under that digest"));
    return this.reference;
  }

  /** Manifests of images side by side; then indexes one after the other, since an index may name those before it. */
  async #pushByDigest(documents: readonly (Document<Manifest> | Document<ImageIndex>)[]): Promise<void> {
    const { session } = this.#parts;
    const push = (document: Document<unknown>): Promise<void> =>
      putManifest(session, document, { reference: document.descriptor.digest });
    const isIndex = ({ descriptor }: Document<unknown>): boolean => isIndexType(descriptor.mediaType);
    const images = documents.filter((document) => !isIndex(document));
    for await (const _ of inOrder(images, push, { ahead: MANIFESTS_AHEAD, signal: session.signal }));
    for (const index of documents.filter(isIndex)) await push(index);
  }

  /**
   * Sets tags one after the other. An abort is no longer obeyed, unless the registry does not answer: it may set a tag
   * although the connection breaks. The error says which tags were set before one that could not be.
   */
  async #setTags(tags: readonly string[], document: Document<unknown>): Promise<void> {
    const { session, name } = this.#parts;
    session.signal.throwIfAborted();
    const signal = patient(session.signal);
    for (const [at, tag] of tags.entries()) {
      try {
        await putManifest(session, document, { reference: tag, signal });
      } catch (error) {
        const set = tags.slice(0, at).map((each) => `${name.repository}:${each} refers to the new image already`);
        const unknown = `the registry did not answer within ${ANSWER_SECONDS} seconds, and may still set ${tag}`;
        const remains = [...set, ...(signal.aborted ? [unknown] : [])];
        throw remains.length === 0 ? error : leftBehind(error, remains.join("; "));
      }
    }
  }

  /**
   * The digests that existing tags refer to; empty if the registry does not say.
   * @throws UsageError DESTINATION_EXISTS for the first tag that refers to another image than `root`, unless tags may
   * be moved
   */
  async taggedDigests(root: Descriptor | undefined): Promise<ReadonlyMap<string, string>> {
    const { tags, options, name } = this.#parts;
    const digests = new Map<string, string>();
    for (const tag of tags) {
      const digest = await this.#digestOf(tag);
      if (digest === undefined) continue;
      if (options.force !== true && digest !== root?.digest) {
        throw new UsageError("DESTINATION_EXISTS", `${name.repository}:${tag} exists already`, {
          details: { hint: "choose another tag, or give --force to move this one" },
        });
      }
      digests.set(tag, digest);
    }
    return digests;
  }

  /** With `force` a tag need not be readable: there may be rights only to push, or its image may be in quarantine. */
  async #digestOf(tag: string): Promise<string | undefined> {
    const { session, options } = this.#parts;
    try {
      return await taggedDigest(session, tag);
    } catch (error) {
      if (options.force === true && isFlattenError(error)) return undefined;
      throw error;
    }
  }

  /**
   * Cancels unfinished uploads. Finished blobs belong to no image and are removed by the registry's next garbage
   * collection.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#uploads].map((upload) => upload.cancel()));
    this.#uploads.clear();
    await this.#parts.session[Symbol.asyncDispose]();
  }

  #stored(digest: Digest): void {
    this.#absent.delete(digest);
    this.#present.add(digest);
  }

  #mountFrom(): string | undefined {
    const { options, name } = this.#parts;
    if (options.mountFrom === undefined || options.mountFrom.repository === name.repository) return undefined;
    const from = repositoryOf(options.mountFrom);
    return from.registry === repositoryOf(name).registry ? from.repository : undefined;
  }
}

/** How many manifests are pushed besides the one that is waited for. */
const MANIFESTS_AHEAD = 7;

const ACCEPTS: Accepts = {
  families: new Set(["oci", "docker"]),
  compressions: new Set(["none", "gzip", "zstd"]),
  index: true,
  parallel: true,
  // Uncompressed layers are allowed in a registry, but would make every pull slower.
  autoCompression,
};
