import type { FlattenOptions } from "../flatten-options.ts";
import type { Attestation } from "../image/attestations.ts";
import { type Digest, digestAlgorithm, digestHex } from "../oci/digest.ts";
import type { ReferrerKind } from "../transport/referrer.ts";
import { flattenParameters } from "./flatten-parameters.ts";

/**
 * An in-toto statement with a predicate of SLSA provenance, ready to be signed. in-toto Statement v1;
 * slsa.dev/spec/v1.0/provenance
 */
export interface ProvenanceStatement {
  readonly _type: "https://in-toto.io/Statement/v1";
  /**
   * The manifests that were written, and their index if there is one; for an engine that keeps no manifests, the
   * configs.
   */
  readonly subject: readonly NamedDigest[];
  readonly predicateType: "https://slsa.dev/provenance/v1";
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: "urn:planish:flatten:1";
      readonly externalParameters: { readonly source: string; readonly options: Readonly<Record<string, unknown>> };
      /** The manifests that they were made from, or the configs of images without one. */
      readonly resolvedDependencies: readonly NamedDigest[];
    };
    readonly runDetails: { readonly builder: { readonly id: "urn:planish" } };
    /**
     * Attestations of the source, which refer to its digests and do not apply to the subjects; absent if there are
     * none. An extension field, slsa.dev/spec/v1.0/provenance#extension-fields
     */
    readonly planish_outdated?: readonly OutdatedAttestation[];
  };
}

interface NamedDigest {
  readonly name?: string;
  readonly uri?: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** in-toto resource_descriptor.md */
interface OutdatedAttestation extends NamedDigest {
  readonly name: ReferrerKind;
  readonly mediaType?: string;
  readonly annotations: Readonly<Record<string, string | boolean>>;
}

/** What was made from what. */
export interface MadeImages {
  /** References that can be typed. */
  readonly source: string;
  readonly destination: string;
  /** Of what the destination names. */
  readonly digest: Digest;
  readonly images: readonly {
    readonly before: { readonly manifest: Digest; readonly config: Digest };
    readonly after: { readonly manifest?: Digest; readonly config: Digest };
  }[];
  /**
   * Whether planish made the manifests of the source in order to read it: then its images are identified by their
   * configs, as in engines.
   */
  readonly madeManifest: boolean;
  /** Whether the destination keeps manifests; if not, its images are identified by their configs. */
  readonly keepsManifests: boolean;
  /** Attestations of the source that do not apply to the result. */
  readonly attestations: readonly Attestation[];
}

/** The provenance statement of a result. It has no time, so equal runs give equal statements. */
export function provenanceStatement(
  { source, destination, digest, images, attestations, madeManifest, keepsManifests }: MadeImages,
  options: FlattenOptions,
): ProvenanceStatement {
  const made = images.map(({ after }) => (keepsManifests ? after.manifest : after.config));
  const written = new Set([...(keepsManifests ? [digest] : []), ...made.filter((each) => each !== undefined)]);
  const read = new Set(images.map(({ before }) => (madeManifest ? before.config : before.manifest)));
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [...written].map((each) => ({ name: destination, digest: digestSet(each) })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:planish:flatten:1",
        externalParameters: { source, options: flattenParameters(options) },
        resolvedDependencies: [...read].map((each) => ({ uri: source, digest: digestSet(each) })),
      },
      runDetails: { builder: { id: "urn:planish" } },
      ...(attestations.length > 0 && { planish_outdated: attestations.map(outdated) }),
    },
  };
}

function outdated({ digest, what, artifactType, subject, kept }: Attestation): OutdatedAttestation {
  return {
    name: what,
    digest: digestSet(digest),
    ...(artifactType !== undefined && { mediaType: artifactType }),
    annotations: { ...(subject !== undefined && { subject }), kept },
  };
}

function digestSet(digest: Digest): Record<string, string> {
  return { [digestAlgorithm(digest)]: digestHex(digest) };
}
