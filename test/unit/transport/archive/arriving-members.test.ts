import { describe, expect, it } from "vitest";
import { createWrittenBytes } from "../../../../src/bytes/written-bytes.ts";
import { ArrivingMembers } from "../../../../src/transport/archive/arriving-members.ts";
import type { ArrivingFile } from "../../../../src/transport/contracts.ts";
import { dir, file, layer, symlink } from "../../../support/tar-fixture.ts";
import { sparse } from "../../../support/tar-sparse.ts";

const ARCHIVE = Buffer.from(
  layer(
    dir("a"),
    file("a/layer.tar", "first".repeat(999)),
    file("empty", ""),
    sparse("sparse", [[5, "abc"]], { version: "1.0", size: 9000 }),
    symlink("b", "a/layer.tar"),
    file(`long/${"x".repeat(200)}`, "second"),
  ).tar(),
);

/** The offsets of files, each with the number of bytes that had arrived when it was reported. */
function arrivals(archive: Uint8Array, pieceBytes: number): [ArrivingFile, number][] {
  const found: [ArrivingFile, number][] = [];
  let pushed = 0;
  const written = createWrittenBytes();
  const watcher = { expected() {}, arriving: (each: ArrivingFile) => found.push([each, pushed]) };
  const members = new ArrivingMembers({ path: "/archive", written, watcher });
  for (let at = 0; at < archive.length; at += pieceBytes) {
    const piece = Uint8Array.from(archive.subarray(at, at + pieceBytes));
    pushed += piece.length;
    members.push(piece);
    piece.fill(0xff);
  }
  return found;
}

describe("the members of an archive that arrives", () => {
  it.each([1, 100, 512, 4000, 1_000_000])("are reported when they begin, in pieces of %i bytes", (pieceBytes) => {
    const found = arrivals(ARCHIVE, pieceBytes);
    const contents = found.map(([{ offset, size }]) => ARCHIVE.toString("latin1", offset, offset + size));
    expect(contents).toEqual(["first".repeat(999), "second"]);
    for (const [{ path, offset }, pushed] of found) {
      expect(path).toBe("/archive");
      if (pieceBytes <= 512) expect(pushed - offset).toBeLessThanOrEqual(pieceBytes);
    }
  });

  it("are not reported after an error; that is thrown when the archive is opened", () => {
    expect(arrivals(Buffer.from("no tar at all".repeat(999)), 512)).toEqual([]);
    const broken = Buffer.concat([ARCHIVE.subarray(0, 512 * 13), Buffer.alloc(5000, "x")]);
    expect(arrivals(broken, 700)).toHaveLength(1);
  });
});
