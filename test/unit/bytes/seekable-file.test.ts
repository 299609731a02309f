import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { collect } from "../../../src/bytes/collect.ts";
import { openSeekableFile, sliceOf } from "../../../src/bytes/seekable-file.ts";
import { spool } from "../../../src/bytes/spool.ts";

const never = new AbortController().signal;
const bytes = Buffer.alloc(700_000, "0123456789");
let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planish-test-"));
  path = join(folder, "file");
  writeFileSync(path, bytes);
});
afterEach(() => rmSync(folder, { recursive: true }));

const all = (stream: AsyncIterable<Uint8Array>) => collect(stream, 1e9, "test");

describe("openSeekableFile", () => {
  it("streams the whole file, a range of it, and a slice of a slice", async () => {
    await using file = await openSeekableFile(path, { signal: never });
    expect(file.size).toBe(700_000);
    expect(Buffer.compare(await all(file.stream()), bytes)).toBe(0);
    expect(Buffer.compare(await all(file.stream({ start: 3, end: 600_001 })), bytes.subarray(3, 600_001))).toBe(0);
    const slice = sliceOf(sliceOf(file, { start: 100, end: 1000 }), { start: 5, end: 25 });
    expect(slice.size).toBe(20);
    expect(Buffer.from(await all(slice.stream())).toString()).toBe("56789012345678901234");
    expect(Buffer.from(await slice.read({ start: 1, end: 3 })).toString()).toBe("67");
  });

  it("tells the file descriptor and offset of a slice, for other threads", async () => {
    await using file = await openSeekableFile(path, { signal: never });
    const { fd, offset } = sliceOf(sliceOf(file, { start: 100, end: 1000 }), { start: 5, end: 25 }).file ?? {};
    const read = Buffer.alloc(3);
    readSync(fd ?? -1, read, 0, 3, offset ?? -1);
    expect(read.toString()).toBe("567");
  });

  it("serves several readers at once", async () => {
    await using file = await openSeekableFile(path, { signal: never });
    const both = await Promise.all([all(file.stream()), all(file.stream({ start: 10, end: 699_990 }))]);
    expect(both.map((read) => read.length)).toEqual([700_000, 699_980]);
  });

  it("refuses ranges beyond the end, also of a slice", async () => {
    await using file = await openSeekableFile(path, { signal: never });
    await expect(file.read({ start: 0, end: 700_001 })).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    const slice = sliceOf(file, { start: 0, end: 10 });
    expect(() => slice.stream({ start: 5, end: 11 })).toThrow(/only 10/);
  });

  it.each([
    ["grew", () => appendFileSync(path, "more")],
    ["was cut", () => truncateSync(path, 10)],
    ["was written again with the same size", () => utimesSync(path, 1, 1)],
  ])("notices that the file %s after it was opened", async (_, change) => {
    await using file = await openSeekableFile(path, { signal: never });
    change();
    await expect(all(file.stream())).rejects.toMatchObject({ code: "DIGEST_MISMATCH", details: { path } });
  });

  it("stops when the run is aborted", async () => {
    const abort = new AbortController();
    await using file = await openSeekableFile(path, { signal: abort.signal });
    const stream = file.stream()[Symbol.asyncIterator]();
    await stream.next();
    abort.abort(new Error("stop"));
    await expect(stream.next()).rejects.toThrow("stop");
  });

  it("says why a path cannot be read", async () => {
    const missing = openSeekableFile(join(folder, "no"), { signal: never });
    await expect(missing).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
    await expect(openSeekableFile(folder, { signal: never })).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const pipe = openSeekableFile(join(folder, "pipe"), { signal: never });
    await expect(pipe).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      details: { hint: expect.stringContaining("-") },
    });
  });
});

describe("spool", () => {
  it("keeps a stream in a file that only its owner can read", async () => {
    await using file = await spool(chunksOf(bytes), join(folder, "spooled"), never);
    expect(Buffer.compare(await all(file.stream()), bytes)).toBe(0);
  });

  it("leaves nothing behind when the stream fails", async () => {
    async function* failing() {
      yield Buffer.from("some");
      throw new Error("broken pipe");
    }
    await expect(spool(failing(), join(folder, "spooled"), never)).rejects.toThrow("broken pipe");
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
