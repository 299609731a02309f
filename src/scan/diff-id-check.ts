import { ImageInvalidError } from "../errors.ts";
import { type DiffId, digestHash, digestHex } from "../oci/digest.ts";

/** Compares the uncompressed bytes of a layer with its diffID. */
export interface DiffIdCheck {
  update(chunk: Uint8Array): void;
  /** @throws ImageInvalidError DIGEST_MISMATCH; may be called once */
  check(): void;
}

/** The expected diffID; nothing is compared if it is undefined. */
export interface CheckedLayer {
  readonly diffId: DiffId | undefined;
  /** 0 = bottom, for the error. */
  readonly layer: number;
}

export function createDiffIdCheck({ diffId, layer }: CheckedLayer): DiffIdCheck {
  if (diffId === undefined) return { update() {}, check() {} };
  const hash = digestHash(diffId);
  return {
    update(chunk) {
      hash.update(chunk);
    },
    check() {
      const found = hash.digest("hex");
      if (found === digestHex(diffId)) return;
      const message = `the layer's uncompressed bytes do not match its diffID ${diffId}`;
      throw new ImageInvalidError("DIGEST_MISMATCH", message, { details: { layer, digest: diffId, found } });
    },
  };
}
