import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAllowed, readFile, statFile, type Visit, walkTree } from "../../../src/measure/tree-walk.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const { signal } = new AbortController();

/** Names in UTF-8, in Latin-1, and in no encoding at all. */
const makeTree = (): void => {
  const at = (...parts: (string | Buffer)[]): Buffer =>
    Buffer.concat([folder.path, ...parts].flatMap((part) => [Buffer.from(part), Buffer.from("/")])).subarray(0, -1);
  mkdirSync(at("dür"));
  writeFileSync(at("dür", "Főtanúsítvány.crt"), "utf-8");
  mkdirSync(at(Buffer.from("d\xfcr", "latin1")));
  writeFileSync(at(Buffer.from("d\xfcr", "latin1"), Buffer.from([0xff, 0x0a, 0x80])), "bytes");
  symlinkSync("nowhere", at("link"));
};

describe("walkTree", () => {
  it("visits, stats and reads every file below a folder, whatever the bytes of its name are", async () => {
    makeTree();
    const seen: [string, boolean][] = [];
    const below = Buffer.byteLength(folder.path) + 1;
    const note: Visit = (path, isFile) => void seen.push([path.subarray(below).toString("latin1"), isFile]);
    for (const visit of [note, statFile, readFile]) expect(await walkTree(folder.path, visit, signal)).toBe(5);
    expect(seen.sort()).toEqual(
      [
        [Buffer.from("dür/Főtanúsítvány.crt").toString("latin1"), true],
        ["d\xfcr/\xff\n\x80", true],
        ["link", false],
      ].sort(),
    );
  });

  it("stops when it is told to", async () => {
    await expect(walkTree(folder.path, statFile, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
  });

  it.runIf(process.geteuid?.() === 0)("is not allowed where files belong to other users", async () => {
    mkdirSync(folder.in("private"), { mode: 0o700 });
    chmodSync(folder.path, 0o755);
    const walk = () => isAllowed(folder.path, () => walkTree(folder.path, statFile, signal));
    expect(await walk()).toBe(true);
    process.seteuid?.(65_534);
    try {
      expect(await walk()).toBe(false);
    } finally {
      process.seteuid?.(0);
    }
  });

  it("reports other failures of system calls as errors of planish", async () => {
    const gone = folder.in("gone");
    await expect(isAllowed(gone, () => walkTree(gone, statFile, signal))).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
    });
  });
});
