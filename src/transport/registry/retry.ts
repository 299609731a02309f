import { setTimeout as sleep } from "node:timers/promises";
import { TransportError } from "../../errors.ts";
import type { RetryPolicy } from "./options.ts";

/** Errors that were retried to the end, so that retries inside each other do not multiply. */
const exhausted = new WeakSet<Error>();

/** Tells whether a later attempt may succeed where this error was thrown. */
export function isTemporary(error: unknown): error is TransportError {
  return error instanceof TransportError && error.details.temporary === true && !exhausted.has(error);
}

/** Waits between the attempts of one piece of work, until there have been too many. */
export class Backoff {
  readonly #policy: RetryPolicy;
  readonly #signal: AbortSignal;
  #failures = 0;

  constructor(policy: RetryPolicy, signal: AbortSignal) {
    this.#policy = policy;
    this.#signal = signal;
  }

  /** The work got ahead: its failures so far do not count any more. */
  progressed(): void {
    this.#failures = 0;
  }

  /**
   * Returns when it is time for the next attempt. Throws `error` itself when it is not temporary, when there were
   * attempts enough, or when the server asks for a longer wait than the policy allows; throws the signal's reason when
   * aborted.
   */
  async wait(error: unknown): Promise<void> {
    this.#signal.throwIfAborted();
    if (!isTemporary(error)) throw error;
    const delay = this.#delay(error);
    if (delay === undefined) {
      exhausted.add(error);
      throw error;
    }
    this.#failures += 1;
    await sleep(delay, undefined, { signal: this.#signal }).catch(() => this.#signal.throwIfAborted());
  }

  #delay(error: TransportError): number | undefined {
    if (this.#failures >= this.#policy.retries) return undefined;
    const jitter = Math.random() * Math.min(this.#policy.cap, this.#policy.base * 2 ** this.#failures);
    const asked = error.details.retryAfter;
    if (typeof asked !== "number") return jitter;
    // The jitter comes on top, or all who were refused together would come back together.
    return asked * 1000 > this.#policy.retryAfterCap ? undefined : asked * 1000 + jitter;
  }
}

/** Runs `attempt` until it succeeds or {@link Backoff} gives up. It is told which attempt it is, 0 first. */
export async function withRetry<T>(
  attempt: (number: number) => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  const backoff = new Backoff(policy, signal);
  for (let number = 0; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      await backoff.wait(error);
    }
  }
}

/**
 * Seconds that a Retry-After header asks for: a number, or the time until a date; undefined when it says neither. RFC
 * 9110 §10.2.3
 */
export function retryAfterSeconds(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
