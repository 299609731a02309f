/**
 * Gives the memory of a buffer back at once, where the garbage collector would leave tens of MiB of them lying about. The caller owns it whole and never touches it again.
 * A view of a part of a buffer is left alone.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}
