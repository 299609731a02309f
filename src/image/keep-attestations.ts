import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { type Family, isManifestType, isOciType } from "../oci/media-type.ts";
import type { Destination, Source } from "../transport/contracts.ts";
import { copyManifest, readManifest } from "./copy-manifest.ts";
import { droppedDiagnostic, type NoImage } from "./index-tree.ts";
import type { LoadedImages } from "./load-images.ts";

/** What {@link keepAttestations} works on. */
export interface AttestationsToKeep {
  readonly loaded: LoadedImages;
  readonly from: Source;
  readonly to: Destination;
  /** Of the new index: attestations are OCI's, and media types are not mixed. */
  readonly family: Family;
}

/** Attestations that stay in an index, by their digests. */
export type KeptAttestations = ReadonlyMap<Digest, Descriptor>;

/**
 * Copies the attestations of an index byte for byte, so that they stay in the new one as a record of what was said of the old images; they name those by digests that are not in the index any more, and
 * engines pass them over. None where the result is no index, or has Docker's media types.
 */
export async function keepAttestations(job: AttestationsToKeep, context: Context): Promise<KeptAttestations> {
  const { loaded, from, family } = job;
  const kept = new Map<Digest, Descriptor>();
  if (loaded.index === undefined || family !== "oci") return kept;
  for (const { what, descriptor } of loaded.others) {
    const { mediaType, digest } = descriptor;
    if (what !== "attestation" || !isManifestType(mediaType) || !isOciType(mediaType)) continue;
    const manifest = await readManifest(from, descriptor, context);
    if (manifest === undefined) continue;
    await copyManifest(manifest, job);
    kept.set(digest, descriptor);
  }
  return kept;
}

/** The attestations of a source, as the account of a result lists them; nothing where there are none. */
export function describeAttestations(
  { others }: LoadedImages,
  kept: KeptAttestations,
): { readonly attestations?: readonly { readonly digest: Digest; readonly kept: boolean }[] } {
  const digests = others.filter(isAttestation).map(({ descriptor }) => descriptor.digest);
  if (digests.length === 0) return {};
  return { attestations: digests.map((digest) => ({ digest, kept: kept.has(digest) })) };
}

/** What is said of those that were to be kept: which are, and which are not. */
export function attestationDiagnostics({ others }: LoadedImages, kept: KeptAttestations): Diagnostic[] {
  const message = "An attestation was kept as history: it speaks of an image that is no longer the same";
  return others
    .filter(isAttestation)
    .map((other) =>
      kept.has(other.descriptor.digest)
        ? { rule: "attestation-kept", message, strict: false }
        : droppedDiagnostic(other),
    );
}

function isAttestation({ what }: NoImage): boolean {
  return what === "attestation";
}
