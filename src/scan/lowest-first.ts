import pLimit from "p-limit";
import type { Context } from "../context.ts";

/** How {@link lowestFirst} works. */
export interface LowestFirstOptions<Item> {
  readonly context: Pick<Context, "signal" | "concurrency">;
  /** How much work an item is: the heaviest ones are begun first, so that none is left alone at the end. */
  weight(item: Item): number;
}

/**
 * Works on all items side by side. A failure ends the work on the items above it at once, and is thrown unless one
 * below fails too.
 */
export async function lowestFirst<Item>(
  items: readonly Item[],
  { context, weight }: LowestFirstOptions<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const limit = pLimit(context.concurrency);
  const begun = items
    .map((item, at) => ({ item, at, abort: new AbortController() }))
    .sort((a, b) => weight(b.item) - weight(a.item));
  const failures: { readonly at: number; readonly error: unknown }[] = [];
  await Promise.all(
    begun.map(({ item, at, abort }) =>
      limit(async () => {
        const signal = AbortSignal.any([context.signal, abort.signal]);
        try {
          signal.throwIfAborted();
          await work(item, signal);
        } catch (error) {
          failures.push({ at, error });
          for (const other of begun) if (other.at > at) other.abort.abort(error);
        }
      }),
    ),
  );
  context.signal.throwIfAborted();
  const [lowest] = failures.sort((a, b) => a.at - b.at);
  if (lowest !== undefined) throw lowest.error;
}
