import { LimitError, ReferenceInvalidError, TransportError, UsageError } from "../../src/errors.ts";
import type { Parcel, WorkChannel } from "../../src/workers/work.ts";

/** Requests to {@link work}, for the tests of the pool. */
export type TestRequest =
  | { readonly do: "echo"; readonly value: unknown }
  | { readonly do: "sum" }
  | { readonly do: "count"; readonly to: number; readonly sent: Int32Array }
  | { readonly do: "throw"; readonly which: keyof typeof ERRORS }
  | { readonly do: "exit" | "exhaust" | "spin" | "spin-on" | "uncloneable" };

export const ERRORS = {
  limit: () => new LimitError("entries", 5, 6, { layer: 2 }),
  reference: () => new ReferenceInvalidError("no such form", { details: { hint: "type it otherwise" } }),
  usage: () => new UsageError("PLATFORM_NOT_FOUND", "none"),
  transport: () => {
    const cause = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC", syscall: "write", errno: -28 });
    const error = new TransportError("DISK_FULL", "full", { cause, details: { path: "/x", entry: "\xff" } });
    error.stage = "scan";
    return error;
  },
  plain: () => new RangeError("out of range"),
} as const;

/** A worker module for a pool, like `src/scan/worker.ts`. */
export async function work(
  request: TestRequest,
  channel: WorkChannel<Uint8Array, Uint8Array>,
): Promise<Parcel<unknown>> {
  switch (request.do) {
    case "echo":
      return { value: request.value };
    case "sum": {
      let sum = 0;
      for await (const chunk of channel.input) sum += chunk.length;
      return { value: sum };
    }
    case "count":
      for (let index = 0; index < request.to; index += 1) {
        const chunk = new Uint8Array(1000).fill(index);
        await channel.send({ value: chunk, transfer: [chunk.buffer] });
        Atomics.add(request.sent, 0, 1);
      }
      return { value: request.to };
    case "throw":
      throw ERRORS[request.which]();
    case "exit":
      return process.exit(3);
    case "exhaust":
      for (const kept: number[][] = []; ; ) kept.push(new Array(1_000_000).fill(kept.length));
    case "spin":
      for (;;) channel.throwIfAborted();
    case "spin-on":
      for (;;);
    case "uncloneable":
      return { value: () => {} };
  }
}
