import type { Context } from "../context.ts";
import { isFlattenError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { type Family, isManifestType, isOciType } from "../oci/media-type.ts";
import type { Destination, Source } from "../transport/contracts.ts";
import { SUBJECT_DIGEST } from "./attestations.ts";
import { copyManifest, readManifest, readWholeManifest } from "./copy-manifest.ts";
import type { FoundReferrer } from "./find-referrers.ts";
import type { LoadedImages } from "./load-images.ts";

/** The input of {@link keepAttestations}. */
export interface AttestationsToKeep {
  readonly loaded: LoadedImages;
  readonly from: Source;
  readonly to: Destination;
  /** Of the new index: attestations have OCI's media types, and families are not mixed. */
  readonly family: Family;
}

/** Entries of attestations that stay in an index, by their digests. */
export type KeptAttestations = ReadonlyMap<Digest, Descriptor>;

/**
 * Copies the attestations of an index byte for byte, to keep them in the new index as a record about the old images.
 * The digests that they refer to are no longer in the index, and engines ignore them. Copies none if the result is not
 * an index or has Docker's media types.
 */
export async function keepAttestations(job: AttestationsToKeep, context: Context): Promise<KeptAttestations> {
  const kept = new Map<Digest, Descriptor>();
  for (const descriptor of attestationsToKeep(job)) {
    const manifest = await readManifest(job.from, descriptor, context);
    if (manifest === undefined) continue;
    await copyManifest(manifest, job, context);
    kept.set(descriptor.digest, descriptor);
  }
  return kept;
}

/** The attestations that {@link keepAttestations} keeps, unless the source does not hold one. */
export function attestationsToKeep(job: Pick<AttestationsToKeep, "loaded" | "family">): Descriptor[] {
  const attestations = job.loaded.others.filter(({ what }) => what === "attestation");
  return hasPlace(job) ? attestations.map(({ descriptor }) => descriptor).filter(isOciManifest) : [];
}

/**
 * Does the same with referrers beside the images. The entries that it returns for the new index have the platform
 * unknown/unknown, like BuildKit's, which no engine takes for an image. What is not an OCI manifest, or cannot be read,
 * is not kept and is no error, since anybody may have put it there.
 */
export async function keepReferrers(
  referrers: readonly FoundReferrer[],
  job: AttestationsToKeep,
  context: Context,
): Promise<Descriptor[]> {
  const entries: Descriptor[] = [];
  for (const { descriptor, subject } of hasPlace(job) ? referrers : []) {
    const { mediaType, digest, size } = descriptor;
    const manifest = isOciManifest(descriptor) ? await readable(descriptor, job.from, context) : undefined;
    if (manifest === undefined) continue;
    await copyManifest(manifest, job, context);
    const { artifactType } = manifest.json;
    entries.push({
      mediaType,
      digest,
      size,
      platform: { architecture: "unknown", os: "unknown" },
      ...(artifactType !== undefined && { artifactType }),
      annotations: { [SUBJECT_DIGEST]: subject },
    });
  }
  return entries;
}

function hasPlace({ loaded, family }: Pick<AttestationsToKeep, "loaded" | "family">): boolean {
  return loaded.index !== undefined && family === "oci";
}

function isOciManifest({ mediaType }: Descriptor): boolean {
  return isManifestType(mediaType) && isOciType(mediaType);
}

/** The manifest, if the source holds it with all its blobs. */
async function readable(descriptor: Descriptor, from: Source, context: Context) {
  try {
    return await readWholeManifest(from, descriptor, context);
  } catch (error) {
    if (isFlattenError(error)) return undefined;
    throw error;
  }
}
