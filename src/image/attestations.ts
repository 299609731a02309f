import type { Diagnostic } from "../diagnostic.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import type { ReferrerKind } from "../transport/referrer.ts";
import type { FoundReferrer, FoundReferrers } from "./find-referrers.ts";
import type { NoImage } from "./index-tree.ts";
import type { LoadedImages } from "./load-images.ts";

/**
 * What the source says of its images by their digests: in its index, or beside it. It applies to none that has another
 * digest.
 */
export interface Attestation {
  /** Of its manifest, or of the index that it is. */
  readonly digest: Digest;
  readonly what: ReferrerKind;
  /**
   * `index`: the source's own index lists it. `referrer`: its manifest names the image. `tag`: it lies under a tag that
   * is made of the image's digest.
   */
  readonly where: "index" | "referrer" | "tag";
  /** The image or index of the source that it speaks of, where it says so. */
  readonly subject?: Digest | undefined;
  /** The media type that says which tool made it, where it says so. */
  readonly artifactType?: string | undefined;
  /** The tag that it lies under. */
  readonly tag?: string | undefined;
  /** Whether it is in the result as history. */
  readonly kept: boolean;
}

/** What lies beside a source and speaks of one of its images, as an account lists it. */
export interface ImageReferrer {
  /** Of its manifest, or of the index that it is. */
  readonly digest: Digest;
  readonly what: ReferrerKind;
  /** `referrer`: its manifest names the image. `tag`: it lies under a tag that is made of the image's digest. */
  readonly where: "referrer" | "tag";
  /** The image or index that it speaks of. */
  readonly subject: Digest;
  /** The media type that says which tool made it, where it says so. */
  readonly artifactType?: string | undefined;
  /** The tag that it lies under. */
  readonly tag?: string | undefined;
}

/** The account of what was found beside a source. */
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

/** What the source says of its images, and what became of it. */
export interface SourceAttestations {
  readonly loaded: LoadedImages;
  readonly beside: FoundReferrers;
  /** Digests that mean the same in the result as in the source. */
  readonly unchanged: ReadonlySet<Digest>;
  /** Those that are in the result as history. */
  readonly kept: ReadonlySet<Digest>;
}

/** Attestations of a source that do not apply to the result, as its account lists them. */
export function outdatedAttestations({ loaded, beside, unchanged, kept }: SourceAttestations): Attestation[] {
  const inIndex = loaded.others.filter(isAttestation).map(({ descriptor }) => {
    const { digest, annotations, artifactType } = descriptor;
    const subject = annotations?.["vnd.docker.reference.digest"];
    const about = subject !== undefined && isDigest(subject) ? { subject } : {};
    const type = artifactType === undefined ? {} : { artifactType };
    return { digest, what: "attestation", where: "index", ...about, ...type, kept: kept.has(digest) } as const;
  });
  const found = beside.referrers.filter(({ subject }) => !unchanged.has(subject));
  return [...inIndex, ...found.map((each) => ({ ...describeReferrer(each), kept: kept.has(each.descriptor.digest) }))];
}

/** What is said of those that do not apply: which were kept, and which were left out, or where they are. */
export function attestationDiagnostics(attestations: readonly Attestation[]): Diagnostic[] {
  return attestations.map((attestation): Diagnostic => {
    const { where, kept } = attestation;
    const rule = kept ? "attestation-kept" : where === "index" ? "attestation-dropped" : "referrer-outdated";
    return { rule, message: messageOf(attestation), strict: false };
  });
}

/** What is said of those that a copy leaves where they are: whether they speak of it, and so could be copied too. */
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

/** The digest is in the account; here it would keep equal sentences apart. */
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
