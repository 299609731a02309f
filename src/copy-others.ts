import { inOrder } from "./bytes/in-order.ts";
import type { Context } from "./context.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { TransportError } from "./errors.ts";
import { attestedDigest } from "./image/attestations.ts";
import { copyManifest, readManifest } from "./image/copy-manifest.ts";
import { absentDiagnostic, droppedDiagnostic, type NoImage } from "./image/index-tree.ts";
import { MANIFEST } from "./image/load-image.ts";
import type { LoadedImages } from "./image/load-images.ts";
import { readDocument } from "./image/read-document.ts";
import type { Descriptor } from "./oci/descriptor.ts";
import type { Digest } from "./oci/digest.ts";
import type { Document } from "./oci/document.ts";
import type { Manifest } from "./oci/manifest.ts";
import { isManifestType, isOciType } from "./oci/media-type.ts";
import type { Destination, Source } from "./transport/contracts.ts";

/** The input of {@link copyOthers}. */
export interface OthersToCopy {
  readonly loaded: LoadedImages;
  /** Whether the whole index is copied, rather than the platforms that were named. */
  readonly whole: boolean;
  /** Manifests of the copied images, by the digests that they have in the source. */
  readonly images: ReadonlyMap<Digest, Descriptor>;
  readonly from: Source;
  readonly to: Destination;
}

export interface CopiedOthers {
  readonly manifests: readonly Descriptor[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How many attestations and artifacts are copied besides the one that is waited for. */
const OTHERS_AHEAD = 3;

/**
 * Copies, byte for byte, what an index lists besides images: attestations of images that stay the same, and artifacts.
 * What the destination cannot hold, or what refers to an image that changes, is left out with a diagnostic (R9.6).
 * @throws TransportError DESTINATION_REFUSED when the source is only an artifact and the destination holds only images
 */
export async function copyOthers(job: OthersToCopy, context: Context): Promise<CopiedOthers> {
  const { loaded, to } = job;
  if (loaded.index === undefined && loaded.images.length > 0) return { manifests: [], diagnostics: withoutIndex(job) };
  if (loaded.images.length === 0 && !to.accepts.index) throw imagesOnly(to);
  const manifests: Descriptor[] = [];
  const diagnostics: Diagnostic[] = [];
  const wanted = loaded.others.filter((other) => isWanted(other, job));
  const ahead = to.accepts.parallel ? OTHERS_AHEAD : 0;
  for await (const outcome of inOrder(wanted, copyOne, { ahead, signal: context.signal })) {
    if ("rule" in outcome) diagnostics.push(outcome);
    else manifests.push(outcome);
  }
  return { manifests, diagnostics };

  /** What was copied, or why it was not. */
  async function copyOne(other: NoImage): Promise<Descriptor | Diagnostic> {
    if (!staysTrue(other, job)) return droppedDiagnostic(other);
    const document = await read(other.descriptor);
    if (document === undefined) return absentDiagnostic(other);
    await copyManifest(document, job, context);
    return other.descriptor;
  }

  /** Of an index, what is there is copied; if it is all that is copied, it must be there. */
  function read(descriptor: Descriptor): Promise<Document<Manifest> | undefined> {
    if (loaded.index !== undefined) return readManifest(job.from, descriptor, context);
    return readDocument(job.from, descriptor, { kind: MANIFEST, limits: context.limits });
  }
}

/** If platforms were named, only what belongs to their images is copied. */
function isWanted({ what, descriptor }: NoImage, { whole, images }: OthersToCopy): boolean {
  return whole || (what === "attestation" && isAboutOne(descriptor, images));
}

function staysTrue({ what, descriptor }: NoImage, { images, to }: OthersToCopy): boolean {
  if (!isManifestType(descriptor.mediaType)) return false;
  if (!to.accepts.families.has(isOciType(descriptor.mediaType) ? "oci" : "docker")) return false;
  if (what === "artifact") return true;
  const subject = attestedDigest(descriptor);
  const same = (digest: Digest): boolean => images.get(digest)?.digest === digest;
  if (subject === undefined) return [...images.keys()].every(same);
  // What refers to none of these images is a record of others, which the author of the index kept.
  return same(subject) || !images.has(subject);
}

function isAboutOne(attestation: Descriptor, images: OthersToCopy["images"]): boolean {
  const subject = attestedDigest(attestation);
  return subject !== undefined && images.has(subject);
}

function withoutIndex({ loaded, images }: OthersToCopy): Diagnostic[] {
  const about = loaded.others.filter(({ descriptor }) => isAboutOne(descriptor, images));
  const message = "An attestation was left out: only an index has a place for it";
  return about.map(() => ({ rule: "attestation-dropped", message, strict: false }));
}

function imagesOnly({ reference }: Destination): TransportError {
  return new TransportError("DESTINATION_REFUSED", `${reference.text} can hold only images, and this is not one`, {
    details: { hint: "copy it to a registry or an OCI layout: docker://NAME, oci:DIR or oci-archive:PATH" },
  });
}
