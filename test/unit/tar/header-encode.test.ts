import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeHeader, type HeaderFields, headerSize } from "../../../src/tar/header-encode.ts";
import { headerFields } from "../../support/tar-arbitraries.ts";
import { encodeMember } from "../../support/tar-dialect.ts";
import { dir, file, hardlink, MTIME, symlink, utf8 } from "../../support/tar-fixture.ts";
import { memberFields } from "../../support/tar-members.ts";

const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../golden/go-headers/${name}.json`, import.meta.url), "utf8"));
const cases = golden("cases") as HeaderFields[];
const headers = golden("headers") as string[];

const META = { mode: 0o644, uid: 0, gid: 0, mtimeSeconds: MTIME, mtimeNanoseconds: 0, xattrs: [] };
const fieldsOf = (path: string, more: Partial<HeaderFields> = {}): HeaderFields => ({
  type: "file",
  path,
  size: 0,
  major: 0,
  minor: 0,
  meta: META,
  ...more,
});
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("encodeHeader writes what Go's archive/tar writes", () => {
  it.each(cases.map((fields, at) => [`${fields.type} ${fields.path.slice(0, 40)}`, fields, headers[at]] as const))(
    "for %s",
    (_name, fields, expected) => {
      const hex = Buffer.from(encodeHeader(fields)).toString("hex");
      expect(hex.replace(/(00)+$/, "")).toBe(expected?.replace(/(00)+$/, ""));
    },
  );

  it("for any fields, compared with the fixtures' own encoder", () => {
    fc.assert(
      fc.property(headerFields({ utf8Names: true }), (fields) => {
        const expected = encodeMember(memberFields(fields), "go");
        expect(textOf(encodeHeader(fields))).toBe(textOf(expected));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("encodeHeader differs from Go", () => {
  it("by leaving a name of at most 100 bytes that is not UTF-8 raw in the block", () => {
    const bytes = encodeHeader(fieldsOf("caf\xe9"));
    expect(bytes).toHaveLength(512);
    expect(textOf(bytes.subarray(0, 5))).toBe("caf\xe9\0");
  });

  it("by leaving such a name raw in the block even if the header has other records", () => {
    const bytes = encodeHeader(fieldsOf("caf\xe9", { meta: { ...META, mtimeNanoseconds: 5 } }));
    expect(bytes).toHaveLength(1536);
    expect(textOf(bytes)).not.toContain("path=");
    expect(textOf(bytes.subarray(1024, 1029))).toBe("caf\xe9\0");
    const link = fieldsOf("l", { type: "symlink", linkPath: "caf\xe9", meta: { ...META, mtimeNanoseconds: 5 } });
    expect(textOf(encodeHeader(link).subarray(1024 + 157, 1024 + 162))).toBe("caf\xe9\0");
  });

  it("by writing hdrcharset=BINARY for a longer one", () => {
    const name = `${"\xe9/".repeat(60)}x`;
    expect(textOf(encodeHeader(fieldsOf(name)))).toContain(`21 hdrcharset=BINARY\n131 path=${name}\n`);
  });

  it("by keeping the first second of the year 1, which to Go means no time", () => {
    const bytes = encodeHeader(fieldsOf("old", { meta: { ...META, mtimeSeconds: -62_135_596_800 } }));
    expect(textOf(bytes)).toContain("22 mtime=-62135596800\n");
  });
});

describe("encodeHeader", () => {
  it("writes the root as ./", () => {
    const bytes = encodeHeader(fieldsOf("", { type: "directory" }));
    expect(textOf(bytes.subarray(0, 3))).toBe("./\0");
  });

  it("ignores size, link and device numbers for types that have none", () => {
    const odd = fieldsOf("d", { type: "directory", size: 7, linkPath: "x", major: 3, minor: 4 });
    expect(encodeHeader(odd)).toEqual(encodeHeader(fieldsOf("d", { type: "directory" })));
  });

  it("refuses records that are too long for any engine", () => {
    const xattrs = [{ name: "user.big", value: "x".repeat(1024 * 1024) }];
    expect(() => encodeHeader(fieldsOf("big", { meta: { ...META, xattrs } }))).toThrow(
      expect.objectContaining({ code: "TAR_INVALID" }),
    );
  });

  it("writes what the fixtures write for the plain types", () => {
    expect(encodeHeader(fieldsOf("d", { type: "directory", meta: { ...META, mode: 0o755 } }))).toEqual(
      dir("d").encode("go"),
    );
    expect(encodeHeader(fieldsOf(utf8("ü")))).toEqual(file(utf8("ü")).encode("go"));
    expect(encodeHeader(fieldsOf("l", { type: "symlink", linkPath: "../x", meta: { ...META, mode: 0o777 } }))).toEqual(
      symlink("l", "../x").encode("go"),
    );
    expect(encodeHeader(fieldsOf("h", { type: "hardlink", linkPath: "a/b" }))).toEqual(
      hardlink("h", "a/b").encode("go"),
    );
  });
});

describe("headerSize", () => {
  it("is the number of bytes that encodeHeader returns", () => {
    fc.assert(
      fc.property(headerFields({ utf8Names: false }), (fields) => {
        expect(headerSize(fields)).toBe(encodeHeader(fields).length);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it.each([
    ["ASCII", "d"],
    ["UTF-8", utf8("é")],
  ])("of long names in %s takes little time", (_, text) => {
    const long = text.repeat(4000 / text.length);
    const meta = { ...META, mtimeNanoseconds: 5 };
    const begun = process.threadCpuUsage();
    for (let at = 0; at < 5000; at += 1) headerSize(fieldsOf(`${long}${at}`, { meta }));
    expect(process.threadCpuUsage(begun).user / 1e6).toBeLessThan(0.5);
  });
});
