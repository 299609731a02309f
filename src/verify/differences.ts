import type { MergedEntry } from "./merged-entries.ts";

/** How one path differs between the source and the flat image; plain data, paths one char a byte (latin1). */
export interface Difference {
  /** `missing` from the flat image, `added` in it, or `changed`. */
  readonly kind: "missing" | "added" | "changed";
  /** "" is the root. */
  readonly path: string;
  /** As in `find -type`; of the source if both images have the path. */
  readonly type: MergedEntry["type"];
  /** What differs, if both images have the path. */
  readonly attributes: readonly AttributeDifference[];
}

/** One attribute of a path, as text; null if absent. */
export interface AttributeDifference {
  /** `xattr NAME` for an extended attribute, its name one char a byte. */
  readonly attribute:
    | "type"
    | "mode"
    | "owner"
    | "mtime"
    | "size"
    | "content"
    | "target"
    | "device"
    | "links"
    | `xattr ${string}`;
  readonly source: string | null;
  readonly flat: string | null;
}

/** What differs between two entries of one path; empty if they are the same in every detail. */
export function attributeDifferences(source: MergedEntry, flat: MergedEntry): AttributeDifference[] {
  if (source.type !== flat.type) return [{ attribute: "type", source: source.type, flat: flat.type }];
  if (source.xattrs.length + flat.xattrs.length === 0 && ATTRIBUTES.every(([, same]) => same(source, flat))) return [];
  const differing = ATTRIBUTES.filter(([, same]) => !same(source, flat));
  const found = differing.map(([attribute, , show]) => ({ attribute, source: show(source), flat: show(flat) }));
  return [...found, ...xattrDifferences(source, flat)];
}

type Attribute = readonly [
  AttributeDifference["attribute"],
  (a: MergedEntry, b: MergedEntry) => boolean,
  (entry: MergedEntry) => string | null,
];

const ATTRIBUTES: readonly Attribute[] = [
  ["mode", (a, b) => a.mode === b.mode, ({ mode }) => mode.toString(8).padStart(4, "0")],
  ["owner", (a, b) => a.uid === b.uid && a.gid === b.gid, ({ uid, gid }) => `${uid}:${gid}`],
  ["mtime", (a, b) => a.seconds === b.seconds && a.nanoseconds === b.nanoseconds, timeText],
  ["size", (a, b) => a.size === b.size, ({ size }) => String(size)],
  [
    "content",
    (a, b) => a.content === b.content,
    ({ content }) => `sha256:${Buffer.from(content, "latin1").toString("hex")}`,
  ],
  ["target", (a, b) => a.target === b.target, ({ target }) => target],
  ["device", (a, b) => a.major === b.major && a.minor === b.minor, ({ major, minor }) => `${major}:${minor}`],
  ["links", (a, b) => a.group === b.group, ({ group }) => group || null],
];

/** The last second of the year 9999, and the first of the year 0. */
const LAST_SECOND = 253_402_300_799;
const FIRST_SECOND = -62_167_219_200;

/** RFC 3339 with nine digits of a second; outside its years, seconds since 1970. */
export function timeText({ seconds, nanoseconds }: Pick<MergedEntry, "seconds" | "nanoseconds">): string {
  const fraction = String(nanoseconds).padStart(9, "0");
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return `${seconds} s and ${nanoseconds} ns after 1970`;
  const wholeSeconds = new Date(seconds * 1000).toISOString().slice(0, 19);
  // `join` makes a flat string; concatenation would keep the parts alive, and the strings that they were cut from.
  return [wholeSeconds, `${fraction}Z`].join(".");
}

function xattrDifferences(source: MergedEntry, flat: MergedEntry): AttributeDifference[] {
  if (source.xattrs.length + flat.xattrs.length === 0) return [];
  const [before, after] = [new Map(source.xattrs), new Map(flat.xattrs)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return was === is ? [] : [{ attribute: `xattr ${name}` as const, source: valueText(was), flat: valueText(is) }];
  });
}

/** The value of an extended attribute: in quotes if it is printable ASCII, else in hex. */
export function valueText(value: string | undefined): string | null {
  if (value === undefined) return null;
  return /^[\x20-\x7e]*$/.test(value) ? JSON.stringify(value) : `0x${Buffer.from(value, "latin1").toString("hex")}`;
}
