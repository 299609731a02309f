import { setTimeout as sleep } from "node:timers/promises";
import { TransportError } from "../../errors.ts";
import type { RetryPolicy } from "./options.ts";

/** Errors whose retries are used up, so that nested retries do not multiply. */
const exhausted = new WeakSet<Error>();

/** Tells whether another attempt may succeed after this error. */
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

  /** Resets the count of failures, because the work made progress. */
  progressed(): void {
    this.#failures = 0;
  }

  /**
   * Returns when it is time for the next attempt. Throws `error` itself if it is not temporary, if there are no
   * attempts left, or if the server asks for a longer wait than the policy allows; throws the signal's reason if
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
    // Jitter is added so that clients that were refused together do not return together.
    return asked * 1000 > this.#policy.retryAfterCap ? undefined : asked * 1000 + jitter;
  }
}

/** Runs `attempt` until it succeeds or {@link Backoff} gives up. It gets the number of the attempt, from 0. */
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

/** A number of seconds from which on it can only be a time: ten years. */
const UNIX_TIME = 315_360_000;

/**
 * Seconds that a Retry-After header asks for: a number, or the time until a date, which Docker Hub gives in seconds
 * since 1970; undefined when it says neither. RFC 9110 §10.2.3
 */
export function retryAfterSeconds(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const number = /^\s*\d+\s*$/.test(header) ? Number(header) : undefined;
  if (number !== undefined && number < UNIX_TIME) return number;
  const date = number === undefined ? Date.parse(header) : number * 1000;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
