import { access, constants, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { TransportError } from "../../index.ts";

/** Fails before any work is done where {@link writeDigestfile} would fail after all of it. @throws TransportError DESTINATION_REFUSED */
export async function checkDigestfile(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK).catch((cause) => refuse(path, cause));
}

/** Writes a digest and a newline; a reader finds the old file or the whole new one. @throws TransportError DESTINATION_REFUSED */
export async function writeDigestfile(path: string, digest: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, `${digest}\n`, { flag: "wx" });
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    refuse(path, cause);
  }
}

function refuse(path: string, cause: unknown): never {
  throw new TransportError("DESTINATION_REFUSED", "the digest file cannot be written", { details: { path }, cause });
}
