import { describe, expect, it } from "vitest";
import { parsePax, parseTime, xattrsOf } from "../../../src/tar/pax.ts";
import { paxRecord } from "../../support/tar-dialect.ts";

const refuse = (message: string): never => {
  throw new Error(message);
};
const records = (body: string) => Object.fromEntries(parsePax(body, refuse).records);
/** A body with one record for each text `KEY=VALUE`. */
const bodyOf = (...texts: string[]) =>
  texts.map((text) => paxRecord([text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)])).join("");

describe("parsePax", () => {
  it("reads records, splitting key and value at the first equals sign", () => {
    expect(records(bodyOf("a=b", "path=x=y"))).toEqual({ a: "b", path: "x=y" });
  });

  it("uses the last of several records with the same key", () => {
    expect(records("6 a=1\n6 a=2\n")).toEqual({ a: "2" });
  });

  it("accepts an empty header, empty values, a sign and leading zeros before the length", () => {
    expect(records("")).toEqual({});
    expect(records("5 a=\n")).toEqual({ a: "" });
    expect(records("+7 a=b\n08 a=cd\n")).toEqual({ a: "cd" });
  });

  it("accepts NULs and newlines in values other than names", () => {
    expect(records(bodyOf("SCHILY.xattr.user.a=\0\n"))).toEqual({ "SCHILY.xattr.user.a": "\0\n" });
  });

  it.each([
    ["no space", "6a=b\n"],
    ["no length", " a=b\n"],
    ["a negative length", "-6 a=b\n"],
    ["a length beyond the end", "7 a=b\n"],
    ["a length that ends before the newline", "5 a=b\n"],
    ["a length that is no number", "6x a=b\n"],
    ["no equals sign", "6 abc\n"],
    ["an equals sign only in the next record", "6 abc\n6 a=b\n"],
    ["an empty key", "6 =ab\n"],
    ["an empty key before another equals sign", "7 =a=b\n"],
    ["a NUL in a key", "7 a\0=b\n"],
    ["a NUL in a path", "10 path=\0\n"],
    ["something after the last record", "6 a=b\nx"],
  ])("refuses a body with %s", (_what, body) => {
    expect(() => parsePax(body, refuse)).toThrow(/pax record/);
  });

  it("collects the regions of the sparse format 0.0, which repeats its keys", () => {
    const body = bodyOf("GNU.sparse.offset=1", "GNU.sparse.numbytes=2", "GNU.sparse.offset=5", "GNU.sparse.numbytes=6");
    expect(parsePax(body, refuse).sparseNumbers).toEqual(["1", "2", "5", "6"]);
  });

  it.each([
    ["a length without an offset", bodyOf("GNU.sparse.numbytes=2")],
    ["two offsets in a row", bodyOf("GNU.sparse.offset=2", "GNU.sparse.offset=3")],
    ["a comma", bodyOf("GNU.sparse.offset=2,3")],
  ])("refuses such regions with %s", (_what, body) => {
    expect(() => parsePax(body, refuse)).toThrow(/out of order/);
  });
});

describe("a pax header is plain", () => {
  it.each(["uid=1", "mtime=1.5", "SCHILY.xattr.user.a=\0", "SCHILY.xattr.user.a=", "uname=root", "hdrcharset=BINARY"])(
    "with %j",
    (record) => {
      expect(parsePax(bodyOf(record), refuse).plain).toBe(true);
    },
  );

  it.each([
    "atime=1",
    "ctime=1",
    "comment=x",
    "LIBARCHIVE.xattr.user.a=b",
    "GNU.sparse.major=1",
    "hdrcharset=ISO-IR 10646 2000 UTF-8",
    "SCHILY.xattr.=b",
    "SCHILY.fflags=x",
    "path=",
  ])("but not with %j", (record) => {
    expect(parsePax(bodyOf(record), refuse).plain).toBe(false);
  });

  it("but not with a key twice", () => {
    expect(parsePax(bodyOf("path=a", "path=b"), refuse).plain).toBe(false);
  });
});

describe("parseTime", () => {
  it.each([
    ["0", 0, 0],
    ["1700000000.5", 1_700_000_000, 500_000_000],
    ["1.", 1, 0],
    ["1.000000001", 1, 1],
    ["1.9999999999999", 1, 999_999_999],
    ["-86400.5", -86_401, 500_000_000],
    ["-0.5", -1, 500_000_000],
    ["-1", -1, 0],
    ["+5.25", 5, 250_000_000],
  ])("reads %j", (text, seconds, nanoseconds) => {
    expect(parseTime(text)).toEqual({ seconds, nanoseconds });
  });

  it.each(["", ".5", "-", "1.5x", "1.-5", "1e3", "9007199254740992"])("finds %j malformed", (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});

describe("xattrsOf", () => {
  it("reads only the SCHILY.xattr namespace, sorted by name", () => {
    const map = new Map([
      ["SCHILY.xattr.user.b", "\xff\0"],
      ["SCHILY.xattr.security.capability", "c"],
      ["SCHILY.acl.access", "x"],
      ["LIBARCHIVE.xattr.user.z", "x"],
      ["SCHILY.xattr.user.empty", ""],
      ["SCHILY.xattr.", "x"],
    ]);
    expect(xattrsOf(map)).toEqual([
      { name: "security.capability", value: "c" },
      { name: "user.b", value: "\xff\0" },
      { name: "user.empty", value: "" },
    ]);
  });
});
