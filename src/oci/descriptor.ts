import * as v from "valibot";
import { type Digest, isDigest, sha256 } from "./digest.ts";
import { looseJson } from "./json.ts";
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

/** An optional property, which may also be `null`, since Go writes and reads it like that. */
export function optional<const Schema extends v.GenericSchema>(schema: Schema) {
  return v.optional(
    v.pipe(
      v.nullable(schema),
      v.transform((value): v.InferOutput<Schema> | undefined => value ?? undefined),
    ),
  );
}

/** An object of strings; not valibot's record, which drops names such as `constructor`. */
export const stringMapSchema = v.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === "string"),
  "expected an object of strings",
);

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
  digest: v.custom<Digest>(
    (value) => typeof value === "string" && isDigest(value),
    "expected a sha256 or sha512 digest in lower case",
  ),
  size: v.pipe(v.number(), v.safeInteger("expected a whole number"), v.minValue(0, "expected a size of 0 or more")),
  urls: optional(v.array(v.string())),
  annotations: optional(stringMapSchema),
  artifactType: optional(v.string()),
  platform: optional(platformSchema),
});
