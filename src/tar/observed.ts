import type { ByteStream } from "../bytes/byte-stream.ts";
import type { Member } from "./member.ts";
import { TarReader } from "./tar-reader.ts";

/**
 * Passes on the bytes of a plain tar unchanged, and calls `onMember` with each of its members.
 * @throws ImageInvalidError TAR_INVALID
 */
export async function* observed(tar: ByteStream, onMember: (member: Member) => void): ByteStream {
  const reader = new TarReader({ onMember });
  for await (const chunk of tar) {
    reader.push(chunk);
    yield chunk;
  }
  reader.end();
}
