import { fstatSync } from "node:fs";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { guardIo } from "../bytes/io-error.ts";
import { ReferenceInvalidError, TransportError } from "../errors.ts";

/**
 * Streams stdin to its end.
 * @throws ReferenceInvalidError REFERENCE_INVALID if it is a terminal or a folder; TransportError TRANSPORT_FAILED
 */
export async function* readStdin(signal: AbortSignal): ByteStream {
  const { stdin } = process;
  if (stdin.isTTY) {
    throw new ReferenceInvalidError("stdin is a terminal, not an archive", {
      details: { hint: "pipe an archive into it: docker save IMAGE | planish flatten - DESTINATION" },
    });
  }
  // For a folder, Node gives an empty stream.
  if (fstatSync(0).isDirectory()) {
    throw new ReferenceInvalidError("stdin is a folder, not an archive", {
      details: { hint: "name it in the place of -: oci:FOLDER for a layout, rootfs:FOLDER for a filesystem" },
    });
  }
  signal.throwIfAborted();
  const abort = () => stdin.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const chunks = stdin[Symbol.asyncIterator]();
    for (;;) {
      const next = await guardIo({ side: "source", path: "stdin" }, () => chunks.next()).catch((error) => {
        signal.throwIfAborted();
        throw error;
      });
      signal.throwIfAborted();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    stdin.destroy();
  }
}

/**
 * Writes a stream to stdout, with back-pressure. After an abort, bytes that were already passed to stdout are still
 * written.
 * @throws TransportError TRANSPORT_FAILED, also if the reader has closed it
 */
export async function writeStdout(stream: ByteStream, signal: AbortSignal): Promise<void> {
  for await (const chunk of stream) {
    signal.throwIfAborted();
    await guardIo({ side: "destination", path: "stdout" }, () => written(chunk, signal));
  }
}

/** @throws TransportError DESTINATION_REFUSED if stdout is a terminal. */
export function refuseTerminal(): void {
  if (!process.stdout.isTTY) return;
  throw new TransportError("DESTINATION_REFUSED", "stdout is a terminal; an archive would garble it", {
    details: { hint: "pipe it on, as in: planish flatten SOURCE - | docker load" },
  });
}

function written(chunk: Uint8Array, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    // The callback reports an error, also after an abort; without a listener the event that follows it would end the
    // process.
    const ignore = () => {};
    process.stdout.on("error", ignore);
    process.stdout.write(chunk, (error) => {
      setImmediate(() => process.stdout.off("error", ignore));
      signal.removeEventListener("abort", abort);
      if (error) reject(error);
      else resolve();
    });
  });
}
