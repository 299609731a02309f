import { write as writeCallback } from "node:fs";
import { constants, open } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { errnoOf, guardIo } from "./io-error.ts";

/** Not a regular file: a file descriptor that this process has open, or the path of a pipe or a character device. */
export type SpecialFile = { readonly descriptor: number } | { readonly path: string };

/**
 * Writes bytes to a special file, waiting until it accepts them; for a pipe, until it has a reader. `known` is the name
 * of the file in errors.
 * @throws TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED
 */
export async function writeSpecial(
  file: SpecialFile,
  bytes: Uint8Array,
  { known, signal }: { readonly known: string; readonly signal: AbortSignal },
): Promise<void> {
  await guardIo({ side: "destination", path: known }, async () => {
    if ("descriptor" in file) return append(file.descriptor, bytes, signal);
    // Non-blocking, since a blocked system call cannot be aborted.
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    const flags = O_WRONLY + O_NONBLOCK + O_NOCTTY;
    await using handle = await retrying("ENXIO", signal, () => open(file.path, flags));
    await append(handle.fd, bytes, signal);
  });
}

const writeTo = promisify(writeCallback);

async function append(descriptor: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const rest = bytes.subarray(done);
    const { bytesWritten } = await retrying("EAGAIN", signal, () => writeTo(descriptor, rest));
    done += bytesWritten;
  }
}

const PAUSE_MS = 20;

/** Repeats `work` as long as it fails with `errno`. */
async function retrying<T>(errno: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (errnoOf(error) !== errno) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}
