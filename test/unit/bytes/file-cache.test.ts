import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { createFileCache } from "../../../src/bytes/file-cache.ts";
import { testFolder } from "../../support/test-folder.ts";

/** How many files were looked at together. */
const looks = vi.hoisted(() => ({ now: 0, most: 0 }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const own = await importOriginal<typeof import("node:fs/promises")>();
  const stat = async (path: string) => {
    looks.now += 1;
    looks.most = Math.max(looks.most, looks.now);
    return own.stat(path).finally(() => (looks.now -= 1));
  };
  return { ...own, stat };
});

const folder = testFolder();
const kept = (): string[] => readdirSync(folder.in("cache/planish")).sort();
const bytes = (length: number, value = 1): Uint8Array => new Uint8Array(length).fill(value);

function cache(maxBytes = 10_000) {
  return createFileCache(folder.in("cache"), maxBytes);
}

describe("a file cache", () => {
  test("returns what was stored, also to other runs", async () => {
    const own = cache();
    expect(await own.get("a")).toBeUndefined();
    await own.put("a", [bytes(3, 7), bytes(0), bytes(2, 9)]);
    for (const reader of [own, cache()]) expect([...((await reader.get("a")) ?? [])]).toEqual([7, 7, 7, 9, 9]);
  });

  test("is accessible to this user only", async () => {
    await cache().put("a", [bytes(3)]);
    expect(statSync(folder.in("cache/planish")).mode.toString(8)).toBe("40700");
    expect(statSync(folder.in("cache/planish/a.bin")).mode.toString(8)).toBe("100600");
  });

  test("refuses a folder that other users may write to", async () => {
    mkdirSync(folder.in("cache/planish"), { recursive: true });
    chmodSync(folder.in("cache/planish"), 0o777);
    await expect(cache().get("a")).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  test("throws when its folder cannot be created", async () => {
    writeFileSync(folder.in("cache"), "a file");
    const { code, details } = await cache()
      .get("a")
      .catch((error) => error);
    expect({ code, hint: details.hint }).toEqual({
      code: "TRANSPORT_FAILED",
      hint: expect.stringContaining("--cache"),
    });
  });

  test.each([
    ["a changed bit", (whole: Buffer) => Buffer.concat([whole.subarray(0, 1), Buffer.of(99), whole.subarray(2)])],
    ["a missing end", (whole: Buffer) => whole.subarray(0, -1)],
    ["more at the end", (whole: Buffer) => Buffer.concat([whole, Buffer.of(0)])],
    ["nothing", () => Buffer.alloc(0)],
  ])("has nothing under a name where the file has %s", async (_, change) => {
    await cache().put("a", [bytes(100)]);
    const path = folder.in("cache/planish/a.bin");
    writeFileSync(path, change(readFileSync(path)));
    expect(await cache().get("a")).toBeUndefined();
    await cache().put("a", [bytes(100)]);
    expect(await cache().get("a")).toHaveLength(100);
  });

  test("removes what was used least recently when the run ends, and nothing else in its folder", async () => {
    const first = cache(1_000_000);
    for (const [age, name] of ["a", "b", "c"].entries()) {
      await first.put(name, [bytes(900)]);
      const then = new Date(Date.now() - 1_000_000 + age * 1000);
      utimesSync(folder.in(`cache/planish/${name}.bin`), then, then);
    }
    await first[Symbol.asyncDispose]();
    expect(kept()).toEqual(["a.bin", "b.bin", "c.bin"]);
    const onDisk = 512 * statSync(folder.in("cache/planish/a.bin")).blocks;
    writeFileSync(folder.in("cache/planish/own notes"), bytes(5000));
    const second = cache(3 * onDisk);
    await second.get("a");
    await second.put("d", [bytes(900)]);
    await second[Symbol.asyncDispose]();
    expect(kept()).toEqual(["a.bin", "c.bin", "d.bin", "own notes"]);
  });

  test("looks at a few files at a time, of which it may have a hundred thousand", async () => {
    const run = cache();
    await run.put("a", [bytes(1)]);
    for (let at = 0; at < 300; at += 1) writeFileSync(folder.in(`cache/planish/${at}.bin`), "x");
    await run[Symbol.asyncDispose]();
    expect(looks.most).toBeGreaterThan(1);
    expect(looks.most).toBeLessThanOrEqual(64);
  });

  test("does not store more than its size limit", async () => {
    await cache(1000).put("a", [bytes(990)]);
    expect(await cache(1000).get("a")).toBeUndefined();
  });

  test("removes temporary files of killed runs once they are an hour old", async () => {
    await cache().put("a", [bytes(1)]);
    const leftover = (name: string, minutes: number): void => {
      const path = join(folder.in("cache/planish"), `${name}.tmp`);
      writeFileSync(path, "half");
      const then = new Date(Date.now() - minutes * 60_000);
      utimesSync(path, then, then);
    };
    leftover("0a", 61);
    leftover("0b", 50);
    const run = cache();
    await run.put("a", [bytes(1)]);
    await run[Symbol.asyncDispose]();
    expect(kept()).toEqual(["0b.tmp", "a.bin"]);
  });

  test("can be used by several runs with the same names at the same time", async () => {
    const runs = Array.from({ length: 8 }, () => cache(10_000));
    const found = await Promise.all(
      runs.map(async (run, at) => {
        await run.put("same", [bytes(700, 5)]);
        await run.put(`own${at}`, [bytes(700, at)]);
        const seen = await run.get("same");
        await run[Symbol.asyncDispose]();
        return seen;
      }),
    );
    // Another run may have removed it, but it is never incomplete.
    for (const seen of found) expect(seen === undefined || seen.equals(bytes(700, 5))).toBe(true);
    expect(kept().length).toBeLessThanOrEqual(2);
    expect(kept().every((name) => name.endsWith(".bin"))).toBe(true);
  });
});
