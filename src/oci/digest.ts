import { createHash, type Hash } from "node:crypto";
import { ImageInvalidError } from "../errors.ts";

/** Digest of a blob as it is stored, `algorithm:hex`. image-spec descriptor.md#digests */
export type Digest = string & { readonly __brand: "Digest" };
/** Digest of the uncompressed tar of a layer. image-spec config.md#layer-diffid */
export type DiffId = string & { readonly __brand: "DiffId" };

const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/**
 * Whether a text is `sha256:<64 hex>` or `sha512:<128 hex>`, in lower case as image-spec
 * descriptor.md#registered-algorithms requires.
 */
export function isDigest(text: string): text is Digest {
  const colon = text.indexOf(":");
  const hex = text.slice(colon + 1);
  return colon > 0 && HEX_LENGTH[text.slice(0, colon)] === hex.length && /^[0-9a-f]+$/.test(hex);
}

/**
 * The digest of a tar, as in `rootfs.diff_ids`.
 * @throws ImageInvalidError MANIFEST_INVALID for anything that is not a digest by {@link isDigest}
 */
export function parseDiffId(text: string): DiffId {
  if (!isDigest(text)) {
    throw new ImageInvalidError("MANIFEST_INVALID", `not a sha256 or sha512 digest: ${JSON.stringify(text)}`);
  }
  return text as string as DiffId;
}

/** The hexadecimal part of a digest, without its algorithm. */
export function digestHex(digest: Digest | DiffId): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** The algorithm part of a digest. */
export function digestAlgorithm(digest: Digest | DiffId): "sha256" | "sha512" {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}

/** A new hash of a digest's algorithm. */
export function digestHash(digest: Digest | DiffId): Hash {
  return createHash(digestAlgorithm(digest));
}

/** The sha256 digest of some bytes. */
export function sha256(bytes: Uint8Array | string): Digest {
  return hashDigest(createHash("sha256").update(bytes));
}

/** Finishes a sha256 hash and returns its digest, of a blob or of a tar. */
export function hashDigest<Kind extends Digest | DiffId>(hash: Hash): Kind {
  return `sha256:${hash.digest("hex")}` as Kind;
}
