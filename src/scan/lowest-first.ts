import pLimit from "p-limit";
import type { Context } from "../context.ts";

/** Options of {@link lowestFirst}. */
export interface LowestFirstOptions<Item> {
  readonly context: Pick<Context, "signal" | "concurrency">;
  /** How much work an item is: the heaviest ones are started first, so that none of them runs alone at the end. */
  weight(item: Item): number;
}

/**
 * Does the work for all items concurrently. A failure aborts the work for the items after it; of several failures the
 * one of the first item is thrown.
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
