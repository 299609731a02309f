import { ImageInvalidError } from "../errors.ts";
import { EntryTableBuilder } from "../tar/entry-table.ts";
import type { TarPass } from "./tar-pass.ts";

/**
 * A pass over the tar of a layer that was scanned before. The blob's digest is verified elsewhere, so this only checks
 * the size.
 */
export function startKnownTar(size: number, layer: number): TarPass {
  let seen = 0;
  return {
    push(chunk) {
      seen += chunk.length;
    },
    get failed() {
      return seen > size;
    },
    finish() {
      if (seen !== size) throw otherSize(layer);
      const entries = new EntryTableBuilder().finish();
      return { spent: { bytes: 0, entries: 0, attributes: 0 }, size, entries, end: 0, trailerExact: false };
    },
  };
}

/** If the digest is right, this happens only if the cache was tampered with. */
function otherSize(layer: number): ImageInvalidError {
  return new ImageInvalidError("SIZE_MISMATCH", "the layer's tar has another size than the cache says", {
    details: { layer, hint: "empty the cache and try again" },
  });
}
