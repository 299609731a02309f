import type { Diagnostic } from "../diagnostic.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import type { ReferrerKind } from "../transport/referrer.ts";
import type { FoundReferrer, FoundReferrers } from "./find-referrers.ts";
import type { NoImage } from "./index-tree.ts";
import type { LoadedImages } from "./load-images.ts";

/**
 * A signature, an attestation or the like that refers to an image by its digest, in the source's index or beside it. It
 * does not apply to an image with another digest.
 */
export interface Attestation {
  /** Of its manifest or index. */
  readonly digest: Digest;
  readonly what: ReferrerKind;
  /**
   * `index`: the source's index lists it. `referrer`: its manifest names the image as its subject. `tag`: it has a tag
   * that is made from the image's digest.
   */
  readonly where: "index" | "referrer" | "tag";
  /** The image or index of the source that it refers to, if known. */
  readonly subject?: Digest | undefined;
  /** The media type that says which tool made it, if known. */
  readonly artifactType?: string | undefined;
  /** The tag that it has. */
  readonly tag?: string | undefined;
  /** Whether it is in the result as history. */
  readonly kept: boolean;
}

/** What is stored beside a source and refers to one of its images, as results list it. */
export interface ImageReferrer {
  /** Of its manifest or index. */
  readonly digest: Digest;
  readonly what: ReferrerKind;
  /** `referrer`: its manifest names the image as its subject. `tag`: it has a tag made from the image's digest. */
  readonly where: "referrer" | "tag";
  /** The image or index that it refers to. */
  readonly subject: Digest;
  /** The media type that says which tool made it, if known. */
  readonly artifactType?: string | undefined;
  /** The tag that it has. */
  readonly tag?: string | undefined;
}

/** Describes what was found beside a source, for results. */
export function describeReferrer(found: FoundReferrer): ImageReferrer {
  const { what, subject, artifactType, tag } = found;
  return {
    digest: found.descriptor.digest,
    what,
    where: tag === undefined ? "referrer" : "tag",
    subject,
    ...(artifactType !== undefined && { artifactType }),
    ...(tag !== undefined && { tag }),
  };
}

/** The annotation in which BuildKit names the image that an attestation is about. */
export const SUBJECT_DIGEST = "vnd.docker.reference.digest";

/** Digest of the image that an attestation in an index is about; undefined if none is named. */
export function attestedDigest({ annotations }: Descriptor): Digest | undefined {
  const digest = annotations?.[SUBJECT_DIGEST];
  return digest !== undefined && isDigest(digest) ? digest : undefined;
}

/** The input of {@link outdatedAttestations}. */
export interface SourceAttestations {
  readonly loaded: LoadedImages;
  readonly beside: FoundReferrers;
  /** Digests that mean the same in the result as in the source. */
  readonly unchanged: ReadonlySet<Digest>;
  /** Digests of the attestations that are in the result as history. */
  readonly kept: ReadonlySet<Digest>;
}

/** The attestations of a source that do not apply to the result. */
export function outdatedAttestations({ loaded, beside, unchanged, kept }: SourceAttestations): Attestation[] {
  const inIndex = loaded.others.filter(isAttestation).map(({ descriptor }) => {
    const { digest, artifactType } = descriptor;
    const subject = attestedDigest(descriptor);
    const about = subject === undefined ? {} : { subject };
    const type = artifactType === undefined ? {} : { artifactType };
    return { digest, what: "attestation", where: "index", ...about, ...type, kept: kept.has(digest) } as const;
  });
  const found = beside.referrers.filter(({ subject }) => !unchanged.has(subject));
  return [...inIndex, ...found.map((each) => ({ ...describeReferrer(each), kept: kept.has(each.descriptor.digest) }))];
}

/** Diagnostics for attestations that do not apply: each says whether it was kept or left out. */
export function attestationDiagnostics(attestations: readonly Attestation[]): Diagnostic[] {
  return attestations.map((attestation): Diagnostic => {
    const { where, kept } = attestation;
    const rule = kept ? "attestation-kept" : where === "index" ? "attestation-dropped" : "referrer-outdated";
    return { rule, message: messageOf(attestation), strict: false };
  });
}

/** Diagnostics for referrers that were not copied: each says whether it still applies, so that it can be copied too. */
export function leftDiagnostics(left: readonly ImageReferrer[], unchanged: ReadonlySet<Digest>): Diagnostic[] {
  return left.map((referrer): Diagnostic => {
    if (!unchanged.has(referrer.subject)) {
      return { rule: "referrer-outdated", message: messageOf({ ...referrer, kept: false }), strict: false };
    }
    const message = `${besideSource(referrer)} was not copied: it can be, by its digest or tag`;
    return { rule: "referrer-left", message, strict: false };
  });
}

const NOUNS: Readonly<Record<ReferrerKind, string>> = {
  signature: "A signature",
  attestation: "An attestation",
  sbom: "An SBOM",
  artifact: "An artifact",
};

/** Without the digest, which is in the result: equal messages are grouped. */
function messageOf(attestation: Attestation): string {
  const { what, where, kept } = attestation;
  const noun = NOUNS[what];
  const why = "it refers to an image that is no longer the same";
  if (kept) return `${noun} was kept as history: ${why}`;
  if (where === "index") return `${noun} was left out: ${why}`;
  return `${besideSource(attestation)} does not apply to the result: ${why}`;
}

function besideSource({ what, artifactType }: Pick<Attestation, "what" | "artifactType">): string {
  return `${NOUNS[what]} beside the source${artifactType === undefined ? "" : ` (${artifactType})`}`;
}

function isAttestation({ what }: NoImage): boolean {
  return what === "attestation";
}
