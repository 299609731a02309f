import { type ImageCode, ImageInvalidError } from "../errors.ts";

/** What is wrong with a tar, and by which rule; the caller adds the number of the layer. */
export interface Fault {
  readonly rule: string;
  readonly code?: ImageCode;
  /** Byte offset in the uncompressed tar. */
  readonly offset?: number | undefined;
  /** One char a byte. */
  readonly entry?: string | undefined;
  readonly target?: string | undefined;
}

/** The error for a layer that engines do not load; TAR_INVALID unless the fault says otherwise. */
export function tarFault(message: string, { code = "TAR_INVALID", ...details }: Fault): ImageInvalidError {
  const known = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
  return new ImageInvalidError(code, `the layer has ${message}`, { details: known });
}

/** The error for a tar that ends too early. */
export function cutShort(offset: number): ImageInvalidError {
  return tarFault("an entry that is cut short", { rule: "R1.10", offset });
}
