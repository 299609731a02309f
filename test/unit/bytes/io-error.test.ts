import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { guardIo, ioError } from "../../../src/bytes/io-error.ts";
import { LimitError, type TransportError } from "../../../src/errors.ts";

const errno = (code: string) => Object.assign(new Error(`${code}: raw`), { code, syscall: "open", errno: -1 });

describe("ioError", () => {
  it.each([
    ["ENOSPC", "destination", "DISK_FULL"],
    ["EDQUOT", "scratch", "DISK_FULL"],
    ["ENOENT", "source", "SOURCE_NOT_FOUND"],
    ["ENOTDIR", "source", "SOURCE_NOT_FOUND"],
    ["EACCES", "source", "TRANSPORT_FAILED"],
    ["ENOENT", "destination", "DESTINATION_REFUSED"],
    ["EACCES", "destination", "DESTINATION_REFUSED"],
    ["EROFS", "destination", "DESTINATION_REFUSED"],
    ["EISDIR", "destination", "DESTINATION_REFUSED"],
    ["EPIPE", "destination", "TRANSPORT_FAILED"],
    ["EACCES", "scratch", "TRANSPORT_FAILED"],
    ["EIO", "source", "TRANSPORT_FAILED"],
  ] as const)("maps %s at the %s to %s", (code, side, expected) => {
    expect(ioError(errno(code), { side, path: "/p" })).toMatchObject({
      code: expected,
      details: { path: "/p", errno: code },
    });
  });

  it("says what to do about too many open files, wherever they are", () => {
    for (const side of ["source", "destination", "scratch", "cache"] as const) {
      const { details } = ioError(errno("EMFILE"), { side, path: "/p" }) as TransportError;
      expect(details.hint).toBe("allow more open files, with ulimit -n");
    }
  });

  it("knows those of another context than its own, as with Jest", () => {
    const script = 'Object.assign(new Error("raw"), { code: "ENOENT", syscall: "open" })';
    const foreign: unknown = runInNewContext(script);
    expect(foreign instanceof Error).toBe(false);
    expect(ioError(foreign, { side: "source", path: "/p" })).toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });

  it("leaves errors that did not come from the system as they are", async () => {
    const limit = new LimitError("layers", 1, 2);
    expect(ioError(limit, { side: "source", path: "/p" })).toBe(limit);
    const reason = new Error("interrupted");
    await expect(guardIo({ side: "source", path: "/p" }, () => Promise.reject(reason))).rejects.toBe(reason);
  });
});
