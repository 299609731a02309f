import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { TransportError } from "../../../../src/errors.ts";
import { isTemporary, retryAfterSeconds, withRetry } from "../../../../src/transport/registry/retry.ts";

const POLICY = { retries: 3, base: 1, cap: 5, retryAfterCap: 2000 };
const never = new AbortController().signal;
const temporary = (details = {}) =>
  new TransportError("TRANSPORT_FAILED", "later", { details: { temporary: true, ...details } });

/** Runs work that throws the given errors in turn and then succeeds; counts the attempts. */
async function attempts(errors: readonly unknown[], policy = POLICY, signal = never) {
  let count = 0;
  const work = async () => {
    count += 1;
    if (count <= errors.length) throw errors[count - 1];
    return count;
  };
  const result = await withRetry(work, policy, signal).catch((error: unknown) => error);
  return { result, count };
}

test("a temporary failure is tried again, as often as the policy says", async () => {
  expect(await attempts([temporary(), temporary(), temporary()])).toEqual({ result: 4, count: 4 });
  const last = temporary();
  expect(await attempts([temporary(), temporary(), temporary(), last])).toEqual({ result: last, count: 4 });
});

test("any other failure is not", async () => {
  const final = new TransportError("AUTH_DENIED", "no");
  expect(await attempts([final])).toEqual({ result: final, count: 1 });
  const bug = new RangeError("bug");
  expect(await attempts([bug])).toEqual({ result: bug, count: 1 });
});

test("an error whose retries are used up is not retried by an outer loop", async () => {
  let count = 0;
  const inner = async () => {
    count += 1;
    throw temporary();
  };
  await expect(withRetry(() => withRetry(inner, POLICY, never), POLICY, never)).rejects.toThrow("later");
  expect(count).toBe(4);
});

test("Retry-After sets the shortest wait, and one beyond the policy's is not waited for", async () => {
  const begun = performance.now();
  expect((await attempts([temporary({ retryAfter: 1 })])).result).toBe(2);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
  const long = temporary({ retryAfter: 3 });
  expect(await attempts([long])).toEqual({ result: long, count: 1 });
});

test("an abort ends the wait with its reason", async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error("enough")), 20);
  const slow = { ...POLICY, base: 1e9, cap: 1e9 };
  expect((await attempts([temporary()], slow, abort.signal)).result).toEqual(new Error("enough"));
});

test("waits are random shares of a time that doubles up to the cap", async () => {
  const errors = Array.from({ length: 20 }, () => temporary());
  const backingOff = attempts(errors, { ...POLICY, retries: 20, base: 1, cap: 4 });
  // A busy machine keeps both waiting.
  const waitingLonger = (async () => {
    for (const _ of errors) await sleep(2 * 4);
  })();
  expect(await Promise.race([backingOff, waitingLonger])).toEqual({ result: 21, count: 21 });
  await waitingLonger;
});

test("Retry-After is read as seconds, as a date and as a Unix time", () => {
  const now = Date.parse("2026-11-21T10:00:00Z");
  expect(retryAfterSeconds("120", now)).toBe(120);
  expect(retryAfterSeconds("Sat, 21 Nov 2026 10:01:30 GMT", now)).toBe(90);
  expect(retryAfterSeconds("Sat, 21 Nov 2026 09:00:00 GMT", now)).toBe(0);
  expect(retryAfterSeconds(String(now / 1000 + 30), now)).toBe(30);
  expect(retryAfterSeconds("soon", now)).toBeUndefined();
  expect(retryAfterSeconds(undefined, now)).toBeUndefined();
});

test("only errors that say so are temporary", () => {
  expect(isTemporary(temporary())).toBe(true);
  expect(isTemporary(new TransportError("TRANSPORT_FAILED", "x"))).toBe(false);
  expect(isTemporary(new Error("x"))).toBe(false);
});
