import type { Readable } from "node:stream";

/** What was written into a stream and nobody has read. From Node 26 on, one `read()` gives one piece of it. */
export function unread(stream: Readable): string {
  const pieces: Uint8Array[] = [];
  for (let piece = stream.read(); piece !== null; piece = stream.read()) pieces.push(piece);
  return String(Buffer.concat(pieces));
}
