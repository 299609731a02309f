/** Compression according to the first bytes of a blob; anything without a known magic number counts as a plain tar. */
export type DetectedCompression = "none" | "gzip" | "zstd" | "bzip2" | "xz";

/** How many bytes {@link detectCompression} needs; give it fewer only if the blob has no more. */
export const DETECT_BYTES = 6;

const MAGIC: readonly (readonly [DetectedCompression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b, 0x08]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/**
 * Detects compression by magic number and ignores the media type, as engines do (R8.1). A zstd stream may begin with a
 * skippable frame. RFC 1952 §2.3.1, RFC 8878 §3.1
 */
export function detectCompression(head: Uint8Array): DetectedCompression {
  for (const [compression, magic] of MAGIC) {
    if (startsWith(head, magic)) return compression;
  }
  return isSkippableFrame(head) ? "zstd" : "none";
}

function isSkippableFrame(head: Uint8Array): boolean {
  const [first = 0] = head;
  return first >= 0x50 && first <= 0x5f && startsWith(head.subarray(1), [0x2a, 0x4d, 0x18]);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
