import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestHex } from "../oci/digest.ts";
import type { Manifest } from "../oci/manifest.ts";
import { isConfigType } from "../oci/media-type.ts";

/** What kind of thing refers to an image. */
export type ReferrerKind = "signature" | "attestation" | "sbom" | "artifact";

/**
 * Something that is stored beside an image in a source and refers to it by its digest. distribution-spec
 * spec.md#listing-referrers, and the tags of cosign
 */
export interface Referrer {
  /** Of its manifest or index. */
  readonly descriptor: Descriptor;
  readonly what: ReferrerKind;
  /** The media type that tells its kind; undefined if there is none. */
  readonly artifactType?: string | undefined;
  /** Its tag, if it was found by one. */
  readonly tag?: string | undefined;
}

/** The suffixes of cosign's tags for an image, and what is stored under them. */
const COSIGN_TAGS = { ".sig": "signature", ".att": "attestation", ".sbom": "sbom" } as const;

/**
 * The tag of the index of an image's referrers if a registry has no API for them. distribution-spec
 * spec.md#referrers-tag-schema
 */
export function referrersTag(subject: Digest): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject).slice(0, 64)}`;
}

/** The tags of cosign for an image, and what is stored under each. */
export function cosignTags(subject: Digest): readonly { readonly tag: string; readonly what: ReferrerKind }[] {
  const prefix = `${digestAlgorithm(subject)}-${digestHex(subject)}`;
  return Object.entries(COSIGN_TAGS).map(([suffix, what]) => ({ tag: `${prefix}${suffix}`, what }));
}

/** Tells whether a tag is the referrers tag or a cosign tag of any image. */
export function isReferrersTag(tag: string): boolean {
  return /^sha(256-[0-9a-f]{64}|512-[0-9a-f]{64,128})(\.(sig|att|sbom))?$/.test(tag);
}

/** A referrer as an index of referrers lists it. */
export function listedReferrer(descriptor: Descriptor): Referrer {
  const { artifactType, annotations } = descriptor;
  return { descriptor, what: kindOf(artifactType ?? "", annotations), artifactType };
}

/** A referrer by its manifest; without one its tag tells its kind. */
export function referrerOf(
  descriptor: Descriptor,
  manifest: Pick<Manifest, "artifactType" | "config" | "layers" | "annotations"> | undefined,
  found: { readonly tag?: string; readonly what?: ReferrerKind } = {},
): Referrer {
  const artifactType = manifest === undefined ? descriptor.artifactType : typeOf(manifest);
  const annotations = { ...manifest?.annotations, ...descriptor.annotations };
  return { descriptor, artifactType, what: found.what ?? kindOf(artifactType ?? "", annotations), tag: found.tag };
}

/** Each manifest once, even if it was found several times. */
export function distinctReferrers<Found extends Referrer>(referrers: readonly Found[]): Found[] {
  const found = new Map<Digest, Found>();
  for (const referrer of referrers) {
    const { digest } = referrer.descriptor;
    if (!found.has(digest)) found.set(digest, referrer);
  }
  return [...found.values()];
}

/**
 * Its artifactType, else the type of its config, else that of its first layer: manifests under cosign's tags have the
 * config of an image, and each layer is a signature. image-spec manifest.md#guidelines-for-artifact-usage
 */
function typeOf({ artifactType, config, layers }: Pick<Manifest, "artifactType" | "config" | "layers">) {
  if (artifactType !== undefined) return artifactType;
  const says = !isConfigType(config.mediaType) && config.mediaType !== "application/vnd.oci.empty.v1+json";
  return says ? config.mediaType : layers[0]?.mediaType;
}

/** Artifact types of known tools. A sigstore bundle is a signature or an attestation, as its annotation says. */
const KINDS: readonly (readonly [RegExp, ReferrerKind])[] = [
  [/notary\.signature|cosign\.artifact\.sig|simplesigning/, "signature"],
  [/in-toto|attestation|dsse/, "attestation"],
  [/spdx|cyclonedx|syft|sbom/, "sbom"],
];

const BUNDLE_PREDICATE = "dev.sigstore.bundle.predicateType";

function kindOf(artifactType: string, annotations: Readonly<Record<string, string>> = {}): ReferrerKind {
  if (artifactType.startsWith("application/vnd.dev.sigstore.bundle")) {
    const predicate = annotations[BUNDLE_PREDICATE] ?? "cosign/sign";
    return predicate.includes("cosign/sign") ? "signature" : "attestation";
  }
  return KINDS.find(([type]) => type.test(artifactType))?.[1] ?? "artifact";
}
