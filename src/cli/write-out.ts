import type { Surroundings } from "./surroundings.ts";

/**
 * Thrown when nobody reads stdout any more: the work is over, and that is no failure. What else went wrong with stdout
 * its own event tells.
 */
export class OutputClosed extends Error {}

/** Writes to stdout and waits until it was taken. @throws OutputClosed; the reason of the signal */
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

/** Carries out what only serves stdout, and ends quietly when nobody reads it any more. */
export async function whileRead(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
}

/** Lines that travel together. */
const BATCH = 1000;

/**
 * Writes lines as they are made, some at a time, so that a long list neither waits for its end nor outlives its reader.
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
