import type { Surroundings } from "./surroundings.ts";

/**
 * Thrown when stdout is closed, usually by its reader: the work ends, without a failure. Errors other than a closed
 * pipe are reported by the `error` event of stdout.
 */
class OutputClosed extends Error {}

/** Writes to stdout and waits until the chunk is written. @throws OutputClosed; the reason of the signal */
export function writeOut(
  { stdout, signal }: Pick<Surroundings, "stdout" | "signal">,
  chunk: Uint8Array | string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    stdout.write(chunk, (error) => {
      signal.removeEventListener("abort", abort);
      if (error) reject(new OutputClosed(error.message));
      else resolve();
    });
  });
}

/** Runs work whose only purpose is output on stdout, and returns without error when stdout is closed. */
export async function whileRead(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
}

/** Lines per write. */
const BATCH = 1000;

/**
 * Writes lines in batches as they are generated, so that a long list is never in memory as a whole and stops when
 * stdout is closed.
 */
export async function writeLines(to: Pick<Surroundings, "stdout" | "signal">, lines: Iterable<string>): Promise<void> {
  await whileRead(async () => {
    let batch: string[] = [];
    for (const line of lines) {
      if (batch.push(line) < BATCH) continue;
      await writeOut(to, `${batch.join("\n")}\n`);
      batch = [];
    }
    if (batch.length > 0) await writeOut(to, `${batch.join("\n")}\n`);
  });
}
