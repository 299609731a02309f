import { base256Field, GNU_MAGIC, headerBlock, join, latin1, octalField, padded } from "./tar-block.ts";
import { encodePax, type PaxRecord } from "./tar-dialect.ts";
import { type Member, MTIME, raw } from "./tar-fixture.ts";

/** A range of stored bytes and its position in the file; the rest of the file is holes. */
export type Stretch = readonly [offset: number, bytes: string];

export interface SparseOptions {
  /** GNU tar's three pax forms, and the old one with typeflag `S`. */
  readonly version: "0.0" | "0.1" | "1.0" | "old";
  /** Bytes of the file, including its holes. */
  readonly size: number;
  /** A map that overrides the correct one. */
  readonly map?: readonly (readonly [offset: number | string, length: number | string])[];
  /** Additional pax records. */
  readonly pax?: readonly PaxRecord[];
}

/** A sparse file as GNU tar --sparse writes it. */
export function sparse(name: string, stretches: readonly Stretch[], options: SparseOptions): Member {
  const map = options.map ?? stretches.map(([offset, bytes]) => [offset, bytes.length] as const);
  const stored = latin1(stretches.map(([, bytes]) => bytes).join(""));
  const file = { name, map, stored, size: options.size, pax: options.pax ?? [] };
  return raw(join(WRITERS[options.version](file)));
}

interface SparseFile {
  readonly name: string;
  readonly map: readonly (readonly [number | string, number | string])[];
  readonly stored: Uint8Array;
  readonly size: number;
  readonly pax: readonly PaxRecord[];
}

const WRITERS: Readonly<Record<SparseOptions["version"], (file: SparseFile) => Uint8Array[]>> = {
  "0.0": (file) => [
    encodePax([
      ["GNU.sparse.size", String(file.size)],
      ["GNU.sparse.numblocks", String(file.map.length)],
      ...file.map.flatMap(([offset, length]): PaxRecord[] => [
        ["GNU.sparse.offset", String(offset)],
        ["GNU.sparse.numbytes", String(length)],
      ]),
      ...file.pax,
    ]),
    header(file.name, file.stored.length),
    padded(file.stored),
  ],
  "0.1": (file) => [
    encodePax([
      ["GNU.sparse.name", file.name],
      ["GNU.sparse.size", String(file.size)],
      ["GNU.sparse.numblocks", String(file.map.length)],
      ["GNU.sparse.map", file.map.flat().join(",")],
      ...file.pax,
    ]),
    header("./GNUSparseFile.1/x", file.stored.length),
    padded(file.stored),
  ],
  "1.0": (file) => {
    const map = padded(
      latin1(
        `${file.map.length}\n${file.map
          .flat()
          .map((number) => `${number}\n`)
          .join("")}`,
      ),
    );
    return [
      encodePax([
        ["GNU.sparse.major", "1"],
        ["GNU.sparse.minor", "0"],
        ["GNU.sparse.name", file.name],
        ["GNU.sparse.realsize", String(file.size)],
        ...file.pax,
      ]),
      header("./GNUSparseFile.1/x", map.length + file.stored.length),
      map,
      padded(file.stored),
    ];
  },
  old: (file) => {
    const cell = (value: number | string) =>
      typeof value === "string" ? value.padEnd(12, "\0") : (octalField(value, 12) ?? base256Field(value, 12));
    const cells = file.map.map(([offset, length]) => cell(offset) + cell(length));
    const blocks: Uint8Array[] = [];
    for (let at = 4; at < cells.length; at += 21) {
      const more = at + 21 < cells.length ? "\x01" : "\0";
      blocks.push(
        latin1(
          (
            cells
              .slice(at, at + 21)
              .join("")
              .padEnd(504, "\0") + more
          ).padEnd(512, "\0"),
        ),
      );
    }
    const patch = { 386: cells.slice(0, 4).join(""), 482: cells.length > 4 ? "\x01" : "\0", 483: cell(file.size) };
    const fields = { name: file.name, typeflag: "S", mode: 0o644, mtime: MTIME, size: file.stored.length };
    return [headerBlock({ ...fields, magic: GNU_MAGIC, patch }), ...blocks, padded(file.stored)];
  },
};

function header(name: string, size: number): Uint8Array {
  return headerBlock({ name, typeflag: "0", mode: 0o644, mtime: MTIME, size, major: 0, minor: 0 });
}
