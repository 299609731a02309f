import type { ByteFeed, Reading } from "./byte-feed.ts";
import type { SealKey } from "./content-seal.ts";
import { digestContent } from "./digest-content.ts";
import { NO_XATTRS, type PaxRecords, paxNumber, paxTime, paxXattrs, readPax } from "./pax-body.ts";
import { readOldSparse, readSparse, type SparseFile } from "./sparse-map.ts";
import { cutShort, tarFault } from "./tar-fault.ts";
import { readHeader, type TarHeader } from "./tar-header.ts";

/** A member of a tar, decoded: names are raw, the content is a digest or seal. */
export interface TarMember {
  readonly typeflag: string;
  /** One char a byte, neither cleaned nor interpreted. */
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly xattrs: ReadonlyMap<string, string>;
  /** Bytes of content, including the holes of a sparse file. */
  readonly size: number;
  /** The digest or seal of the content, see {@link digestContent}; "" for members without content. */
  readonly content: string;
  readonly major: number;
  readonly minor: number;
  /** Byte offset of its header in the tar. */
  readonly offset: number;
}

export interface TarReading {
  /** Expands old GNU sparse files, which engines refuse. */
  readonly lenientTar: boolean;
  readonly sealKey: SealKey | undefined;
  /** Called with the bytes of holes, before they are hashed. */
  onHoles(bytes: number): void;
  onMember(member: TarMember): void;
}

/**
 * Reads a tar from its first header to its end marker, in every dialect that engines accept (§1). Bytes after the
 * marker are ignored.
 * @throws ImageInvalidError TAR_INVALID
 */
export function* readTar(feed: ByteFeed, reading: TarReading): Reading<void> {
  let before: Extensions = NONE;
  for (;;) {
    const { offset } = feed;
    const block = feed.ready(512) ?? (yield* feed.take(512));
    if (block.length === 0) return;
    if (block.length < 512) throw cutShort(offset);
    if (isZero(block)) return yield* readEnd(feed);
    const header = readHeader(block, offset);
    if ("xgLK".includes(header.typeflag)) before = yield* readExtension(feed, header, { before, offset });
    else {
      reading.onMember(yield* readMember(feed, { header, block, offset, extensions: before }, reading));
      before = NONE;
    }
  }
}

/** What extension headers say about the next member. */
interface Extensions {
  readonly pax: PaxRecords;
  readonly longName: string;
  readonly longLink: string;
}

const NO_RECORDS: PaxRecords = { values: new Map(), regions: [] };
const NONE: Extensions = { pax: NO_RECORDS, longName: "", longLink: "" };
const EXTENSION_LIMIT = 1024 * 1024;

interface ExtensionPlace {
  readonly before: Extensions;
  readonly offset: number;
}

/** R1.3 to R1.5: of two `x` the second counts; a `g` is ignored and drops the extensions before it. */
function* readExtension(feed: ByteFeed, { typeflag, size }: TarHeader, place: ExtensionPlace): Reading<Extensions> {
  const { before, offset } = place;
  if (!(size >= 0 && size <= EXTENSION_LIMIT))
    throw tarFault("an extension header beyond 1 MiB", { rule: "R1.3", offset });
  const bytes = yield* feed.take(size);
  if (bytes.length < size) throw cutShort(offset);
  const body = bytes.toString("latin1");
  yield* feed.skip(padding(size));
  if (typeflag === "L") return { ...before, longName: body.split("\0", 1).join() };
  if (typeflag === "K") return { ...before, longLink: body.split("\0", 1).join() };
  const pax = readPax(body, offset);
  return typeflag === "g" ? NONE : { ...before, pax };
}

/** R1.10: a second zero block, or nothing at all, follows the first. */
function* readEnd(feed: ByteFeed): Reading<void> {
  const { offset } = feed;
  const second = yield* feed.take(512);
  if (second.length === 0 || (second.length === 512 && isZero(second))) return;
  throw tarFault("a single zero block in its middle", { rule: "R1.10", offset });
}

interface MemberPlace {
  readonly header: TarHeader;
  readonly block: Buffer;
  readonly offset: number;
  readonly extensions: Extensions;
}

function* readMember(feed: ByteFeed, place: MemberPlace, reading: TarReading): Reading<TarMember> {
  const { header, offset, extensions } = place;
  const { pax, longName, longLink } = extensions;
  const { values } = pax;
  const stated = longName || values.get("path") || header.name;
  const linkName = longLink || values.get("linkpath") || header.linkName;
  // R1.8: before POSIX, a trailing slash marked a directory.
  const typeflag = header.typeflag !== "\0" ? header.typeflag : stated.endsWith("/") ? "5" : "0";
  const size = paxNumber(values.get("size"), offset) ?? header.size;
  const bodiless = "123456".includes(typeflag);
  const stored = bodiless ? 0 : size;
  if (stored < 0 || (!"123456".includes(header.typeflag) && header.size < 0)) {
    throw tarFault("a negative size", { rule: "R1.2", offset });
  }
  const maySparse = header.typeflag === "S" || pax !== NO_RECORDS;
  const sparse = maySparse ? yield* readMap(feed, { ...place, stored }, reading) : undefined;
  if (sparse !== undefined && bodiless) throw tarFault("a sparse map of what has no content", { rule: "R1.9", offset });
  if (sparse !== undefined) reading.onHoles(sparse.size - sparse.stored);
  const content = yield* digestContent(feed, { stored, sparse, offset }, reading.sealKey);
  if (feed.ready(padding(stored)) === undefined) yield* feed.skip(padding(stored));
  const time = paxTime(values.get("mtime"), offset);
  for (const key of UNUSED_TIMES) paxTime(values.get(key), offset);
  return {
    typeflag: typeflag === "S" ? "0" : typeflag,
    name: sparse?.name ?? stated,
    linkName,
    mode: ((header.mode % 0o10000) + 0o10000) % 0o10000,
    uid: owner(paxNumber(values.get("uid"), offset) ?? header.uid, offset),
    gid: owner(paxNumber(values.get("gid"), offset) ?? header.gid, offset),
    seconds: time?.seconds ?? header.seconds,
    nanoseconds: time?.nanoseconds ?? 0,
    xattrs: values.size === 0 ? NO_XATTRS : paxXattrs(pax),
    size: sparse?.size ?? stored,
    content: typeflag === "0" || typeflag === "S" ? content : "",
    major: header.major,
    minor: header.minor,
    offset,
  };
}

function* readMap(
  feed: ByteFeed,
  { header, block, offset, extensions, stored }: MemberPlace & { readonly stored: number },
  { lenientTar }: TarReading,
): Reading<SparseFile | undefined> {
  if (header.typeflag === "S") {
    if (lenientTar && header.gnu) return yield* readOldSparse(feed, block, { size: stored, offset });
    throw tarFault("an old GNU sparse file, which no engine unpacks", { rule: "R1.9", offset });
  }
  return yield* readSparse(feed, { pax: extensions.pax, size: stored, offset });
}

/** They are ignored, but malformed ones are a fault. */
const UNUSED_TIMES = ["atime", "ctime"];

const MAX_OWNER = 4_294_967_295;

/** R5.4: a negative owner means "leave it", which is root. */
function owner(id: number, offset: number): number {
  if (id > MAX_OWNER) throw tarFault("an owner beyond 4,294,967,295", { rule: "R5.4", offset });
  return Math.max(0, id);
}

function padding(size: number): number {
  return (512 - (size % 512)) % 512;
}

function isZero(block: Buffer): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}
