import type { ByteStream } from "../../bytes/byte-stream.ts";
import { chunksOf } from "../../bytes/chunks-of.ts";
import { verified } from "../../bytes/verified.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { isFlattenError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { isIndexType, isManifestType } from "../../oci/media-type.ts";
import type { ArrivalWatcher, Source } from "../contracts.ts";
import { familiarName, type ImageName } from "../image-name.ts";
import type { Reference } from "../reference.ts";
import type { Referrer } from "../referrer.ts";
import { readRegistryBlob } from "./blob-read.ts";
import { connectRegistry } from "./connect.ts";
import { type FetchedManifest, fetchManifest, readManifestBlob } from "./manifest-read.ts";
import type { RegistryOptions } from "./options.ts";
import { registryReferrers } from "./referrers.ts";
import { manifestReference, registryReference, repositoryOf } from "./repository.ts";
import type { RegistrySession } from "./session.ts";

/**
 * Opens an image in a registry for reading: finds out how the registry is reached, and whether the image is there.
 * @throws ReferenceInvalidError REFERENCE_INVALID for a digest that cannot be verified
 * @throws TransportError SOURCE_NOT_FOUND, AUTH_DENIED, TRANSPORT_FAILED
 * @throws ImageInvalidError DIGEST_MISMATCH, MANIFEST_INVALID, IMAGE_UNSUPPORTED
 */
export async function openRegistrySource(
  name: ImageName,
  options: RegistryOptions,
  context: Pick<Context, "signal" | "limits">,
): Promise<Source> {
  const wanted = manifestReference(name);
  const session = await connectRegistry({ ...repositoryOf(name), side: "source" }, options, context);
  try {
    return await readRegistryImage(session, { name, reference: wanted }, context);
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

/** The image under a tag or digest of a session's repository. Disposing it closes the session. */
export async function readRegistryImage(
  session: RegistrySession,
  { name, reference }: { readonly name: ImageName; readonly reference: string },
  context: Pick<Context, "limits">,
): Promise<Source> {
  const root = await fetchManifest(session, reference, { limits: context.limits });
  return new RegistrySource({ name, session, root, context });
}

interface SourceParts {
  readonly name: ImageName;
  readonly session: RegistrySession;
  readonly root: FetchedManifest;
  readonly context: Pick<Context, "limits">;
}

class RegistrySource implements Source {
  readonly reference: Reference;
  readonly names: readonly string[];
  readonly diagnostics: readonly Diagnostic[] = [];
  readonly givesChunks = true;
  readonly #parts: SourceParts;

  constructor(parts: SourceParts) {
    const { name } = parts;
    this.#parts = parts;
    this.reference = registryReference(name);
    this.names = name.digest !== undefined && name.tag === undefined ? [] : [familiarName(name)];
  }

  async resolve(): Promise<Descriptor> {
    return this.#parts.root.descriptor;
  }

  readBlob(blob: Descriptor): ByteStream {
    const { session, root, context } = this.#parts;
    if (blob.digest === root.descriptor.digest) return verified(chunksOf(root.bytes.slice()), blob);
    const isDocument = isIndexType(blob.mediaType) || isManifestType(blob.mediaType);
    return isDocument ? readManifestBlob(session, blob, context.limits) : readRegistryBlob(session, blob);
  }

  /**
   * The manifest says how many bytes will be read; everything except the layers is small. An invalid manifest is
   * ignored here, since reading it throws.
   */
  watchArrivals(watcher: ArrivalWatcher): void {
    const { root, context } = this.#parts;
    if (!isManifestType(root.descriptor.mediaType)) return;
    try {
      const { layers } = parseManifest(root.bytes, root.descriptor, context.limits).json;
      watcher.expected(layers.reduce((sum, { size }) => sum + size, 0));
    } catch (error) {
      if (!isFlattenError(error)) throw error;
    }
  }

  findReferrers(subject: Digest, signal: AbortSignal): Promise<readonly Referrer[]> {
    const { session, context } = this.#parts;
    return registryReferrers(session, subject, { limits: context.limits, signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.session[Symbol.asyncDispose]();
  }
}
