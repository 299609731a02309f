import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createScratch } from "../../../src/bytes/scratch.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planish-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("createScratch", () => {
  it("creates its directory at first use and removes it with its contents", async () => {
    const scratch = createScratch(folder);
    expect(readdirSync(folder)).toEqual([]);
    const paths = await Promise.all([scratch.path("layer"), scratch.path("layer")]);
    expect(new Set(paths).size).toBe(2);
    for (const path of paths) writeFileSync(path, "x");
    await scratch[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("gives no path after it was disposed", async () => {
    const scratch = createScratch(folder);
    await scratch[Symbol.asyncDispose]();
    await expect(scratch.path("layer")).rejects.toThrow("the scratch is used after its run");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("counts the bytes of its files", async () => {
    await using scratch = createScratch(folder);
    expect(await scratch.bytes()).toBe(0);
    for (const size of [5, 7]) writeFileSync(await scratch.path("layer"), new Uint8Array(size));
    expect(await scratch.bytes()).toBe(12);
  });

  it("has siblings in the same place, which are removed on their own", async () => {
    const scratch = createScratch(folder);
    const sibling = scratch.sibling();
    for (const each of [scratch, sibling]) writeFileSync(await each.path("layer"), "x");
    expect(readdirSync(folder)).toHaveLength(2);
    await sibling[Symbol.asyncDispose]();
    expect(await scratch.bytes()).toBe(1);
    await scratch[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("disposes its resources before its directory is removed", async () => {
    const scratch = createScratch(folder);
    const path = await scratch.path("layer");
    writeFileSync(path, "x");
    let there: boolean | undefined;
    scratch.own({
      async [Symbol.asyncDispose]() {
        there = existsSync(path);
      },
    });
    await scratch[Symbol.asyncDispose]();
    expect(there).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("removes its directory even if something in it cannot be closed, and then rejects", async () => {
    const scratch = createScratch(folder);
    writeFileSync(await scratch.path("layer"), "x");
    scratch.own({ [Symbol.asyncDispose]: () => Promise.reject(new Error("cannot be closed")) });
    await expect(scratch[Symbol.asyncDispose]()).rejects.toThrow("cannot be closed");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("can be disposed again during its removal, which waits for the first one", async () => {
    const scratch = createScratch(folder);
    let close = (): void => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    writeFileSync(await scratch.path("layer"), "x");
    let times = 0;
    scratch.own({
      [Symbol.asyncDispose]() {
        times += 1;
        return closed;
      },
    });
    const first = scratch[Symbol.asyncDispose]();
    const second = scratch[Symbol.asyncDispose]().then(() => readdirSync(folder));
    expect(readdirSync(folder)).toHaveLength(1);
    close();
    expect(await second).toEqual([]);
    await first;
    expect(times).toBe(1);
  });

  it("throws when its parent is missing, and can still be disposed", async () => {
    const scratch = createScratch(join(folder, "missing"));
    await expect(scratch.path("layer")).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    await scratch[Symbol.asyncDispose]();
    expect(existsSync(join(folder, "missing"))).toBe(false);
  });
});
