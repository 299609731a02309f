import fc from "fast-check";
import { extract, type Header } from "tar-stream";
import { describe, expect, it } from "vitest";
import { encodeHeader, type HeaderFields } from "../../src/tar/header-encode.ts";
import { memberName } from "../../src/tar/path.ts";
import { headerFields } from "../support/tar-arbitraries.ts";

/** Reads a tar with another implementation. */
async function readWithTarStream(tar: Uint8Array): Promise<Header[]> {
  const headers: Header[] = [];
  const reader = extract();
  reader.end(Buffer.from(tar));
  for await (const entry of reader) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}

const TYPES: Readonly<Record<string, string>> = {
  file: "file",
  hardlink: "link",
  symlink: "symlink",
  char: "character-device",
  block: "block-device",
  directory: "directory",
  fifo: "fifo",
};

/** It reads names as UTF-8, and times in seconds. */
const text = (latin1: string) => Buffer.from(latin1, "latin1").toString("utf8");

function expected({ type, path, linkPath, meta }: HeaderFields) {
  return {
    type: TYPES[type],
    // It removes the slash at the end of a directory's name.
    name: text(memberName(path, type === "directory")).replace(/\/$/, ""),
    linkname: linkPath === undefined ? null : text(linkPath),
    mode: meta.mode,
    uid: meta.uid,
    gid: meta.gid,
  };
}

describe("tar-stream", () => {
  it("reads what encodeHeader writes", async () => {
    const fields = headerFields({ utf8Names: true }).map((one) => ({ ...one, size: 0 }));
    await fc.assert(
      fc.asyncProperty(fields, async (one) => {
        const bytes = Buffer.concat([encodeHeader(one), new Uint8Array(1024)]);
        const [header] = await readWithTarStream(bytes);
        const { type, name, linkname, mode, uid, gid, pax } = header as Header;
        // It returns numbers of pax records as text.
        const records = (pax ?? {}) as Readonly<Record<string, string>>;
        const owner = { uid: Number(records.uid ?? uid), gid: Number(records.gid ?? gid) };
        expect({ type, name: name.replace(/\/$/, ""), linkname, mode, ...owner }).toEqual(expected(one));
      }),
      { seed: 10, numRuns: 300 },
    );
  });
});
