import { collect } from "../bytes/collect.ts";
import { type FlattenError, isFlattenError, LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Document } from "../oci/document.ts";
import type { Source } from "../transport/contracts.ts";

/** How a kind of document is limited and parsed. */
export interface DocumentKind<T> {
  readonly limit: "manifestBytes" | "configBytes";
  parse(bytes: Uint8Array, descriptor: Descriptor, limits: Limits): Document<T>;
}

/**
 * Reads and parses the document that a descriptor names; a size above the limit is refused before a byte is read.
 * @throws LimitError LIMIT_EXCEEDED
 * @throws ImageInvalidError DIGEST_MISMATCH, SIZE_MISMATCH and what the parser throws
 * @throws TransportError SOURCE_NOT_FOUND
 */
export async function readDocument<T>(
  source: Source,
  descriptor: Descriptor,
  { kind, limits }: { readonly kind: DocumentKind<T>; readonly limits: Limits },
): Promise<Document<T>> {
  const allowed = limits[kind.limit];
  if (descriptor.size > allowed) {
    throw new LimitError(kind.limit, allowed, descriptor.size, { digest: descriptor.digest });
  }
  return kind.parse(await collect(source.readBlob(descriptor), allowed, kind.limit), descriptor, limits);
}

/** Whether the source has a blob, tested by reading its first bytes. */
export async function hasBlob(source: Pick<Source, "readBlob">, blob: Descriptor): Promise<boolean> {
  const chunks = source.readBlob(blob)[Symbol.asyncIterator]();
  try {
    await chunks.next();
    await chunks.return?.();
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Whether an error says that the source does not hold something. */
export function isAbsent(error: unknown): error is FlattenError {
  return isFlattenError(error) && error.code === "SOURCE_NOT_FOUND";
}
