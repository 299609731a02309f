import type { Readable } from "node:stream";

/** Everything written to a stream and not yet read. From Node 26 on, one `read()` returns only one chunk of it. */
export function unread(stream: Readable): string {
  const pieces: Uint8Array[] = [];
  for (let piece = stream.read(); piece !== null; piece = stream.read()) pieces.push(piece);
  return String(Buffer.concat(pieces));
}
