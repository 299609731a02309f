import type { FlattenOptions } from "../flatten-options.ts";
import { type Digest, digestAlgorithm, digestHex } from "../oci/digest.ts";
import { flattenParameters } from "./flatten-parameters.ts";

/** What somebody can sign: an in-toto statement with a predicate of SLSA provenance. in-toto Statement v1; slsa.dev/spec/v1.0/provenance */
export interface ProvenanceStatement {
  readonly _type: "https://in-toto.io/Statement/v1";
  /** The manifests that were written, and the index of them where there is one. */
  readonly subject: readonly NamedDigest[];
  readonly predicateType: "https://slsa.dev/provenance/v1";
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: "urn:planish:flatten:1";
      readonly externalParameters: { readonly source: string; readonly options: Readonly<Record<string, unknown>> };
      /** The manifests that they were made of. */
      readonly resolvedDependencies: readonly NamedDigest[];
    };
    readonly runDetails: { readonly builder: { readonly id: "urn:planish" } };
  };
}

interface NamedDigest {
  readonly name?: string;
  readonly uri?: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** What was made of what. */
export interface MadeImages {
  /** References that can be typed. */
  readonly source: string;
  readonly destination: string;
  /** Of what the destination names. */
  readonly digest: Digest;
  readonly images: readonly {
    readonly before: { readonly manifest: Digest };
    readonly after: { readonly manifest: Digest };
  }[];
}

/** The statement on a result. Equal runs give equal statements: it has no time. */
export function provenanceStatement(
  { source, destination, digest, images }: MadeImages,
  options: FlattenOptions,
): ProvenanceStatement {
  const written = new Set([digest, ...images.map(({ after }) => after.manifest)]);
  const read = new Set(images.map(({ before }) => before.manifest));
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
    },
  };
}

function digestSet(digest: Digest): Record<string, string> {
  return { [digestAlgorithm(digest)]: digestHex(digest) };
}
