import { expect, test } from "vitest";
import { TransportError } from "../../../src/errors.ts";
import { packError, unpackError } from "../../../src/workers/pack-error.ts";

test("of an error and one in closing a file after it, the first is passed on", () => {
  const work = (): void => {
    using _outer = stuck;
    using _inner = stuck;
    throw new TransportError("DISK_FULL", "no space left", { details: { path: "/scratch" } });
  };
  const error = unpackError(structuredClone(packError(thrownBy(work))));
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({ code: "DISK_FULL", message: "no space left", details: { path: "/scratch" } });
});

const stuck: Disposable = {
  [Symbol.dispose]() {
    throw new Error("stuck");
  },
};

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
