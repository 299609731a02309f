import * as v from "valibot";
import { type DiffId, type Digest, isDigest, sha256 } from "./digest.ts";
import { looseJson, optional, stringMapSchema } from "./json.ts";
import { isConfigType } from "./media-type.ts";
import type { Platform } from "./platform.ts";

/** Names a blob: what it is, how many bytes, which digest. image-spec descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes of the blob as it is stored. */
  readonly size: number;
  readonly urls?: readonly string[] | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly artifactType?: string | undefined;
  readonly platform?: Platform | undefined;
}

/** The descriptor of a blob that is in memory. */
export function describeBytes(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

/** The descriptors, each digest once, as it is named first. */
export function distinctBlobs(descriptors: Iterable<Descriptor>): Descriptor[] {
  const found = new Map<Digest, Descriptor>();
  for (const descriptor of descriptors) {
    if (!found.has(descriptor.digest)) found.set(descriptor.digest, descriptor);
  }
  return [...found.values()];
}

/**
 * Whether a descriptor says that it is of an artifact. That of an image may have an artifactType, too: the type of the
 * image's config. image-spec descriptor.md#properties
 */
export function saysArtifact({ artifactType }: Pick<Descriptor, "artifactType">): boolean {
  return artifactType !== undefined && artifactType !== "" && !isConfigType(artifactType);
}

/** A digest, of a blob or of a tar. */
export function digestSchema<Kind extends Digest | DiffId>() {
  return v.custom<Kind>(
    (value) => typeof value === "string" && isDigest(value),
    "expected a sha256 or sha512 digest in lower case",
  );
}

const platformSchema = looseJson({
  os: v.string(),
  architecture: v.string(),
  variant: optional(v.string()),
  "os.version": optional(v.string()),
  "os.features": optional(v.array(v.string())),
});

/** A {@link Descriptor} in a manifest or an index; unknown properties are accepted. */
export const descriptorSchema = looseJson({
  mediaType: v.pipe(v.string(), v.nonEmpty("expected a media type")),
  digest: digestSchema<Digest>(),
  size: v.pipe(v.number(), v.safeInteger("expected a whole number"), v.minValue(0, "expected a size of 0 or more")),
  urls: optional(v.array(v.string())),
  annotations: optional(stringMapSchema),
  artifactType: optional(v.string()),
  platform: optional(platformSchema),
});
