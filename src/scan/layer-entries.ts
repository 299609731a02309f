import { ownText } from "../bytes/own-text.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { type ErrorDetails, type ImageCode, ImageInvalidError, LimitError } from "../errors.ts";
import type { EntryPath, EntryType } from "../tar/entry.ts";
import { type EntryColumns, EntryTableBuilder, type NewEntry } from "../tar/entry-table.ts";
import type { Member, MemberType } from "../tar/member.ts";
import { cleanPath, longestComponent, memberName } from "../tar/path.ts";
import { aufsLinkTarget, markerName, type NameMeaning, nameMeaning } from "./whiteout.ts";

/** Options of {@link LayerEntries}. */
export interface LayerEntriesOptions {
  /** Number of the layer, for errors. */
  readonly layer: number;
  /** Clamps names that lead out of the root to the root, instead of refusing them. */
  readonly lenientTar: boolean;
  /** Maximum length of a cleaned path in bytes; more than 65,535 are never accepted. */
  readonly pathBytes: number;
  notice(diagnostic: Diagnostic): void;
}

/**
 * Turns the members of a layer's tar into entries: cleans names, recognizes whiteouts, leaves out members that are not
 * part of the image (§2, R3.2).
 */
export class LayerEntries {
  readonly #options: LayerEntriesOptions;
  readonly #table = new EntryTableBuilder();
  /** Offset in the tar at which the last entry ends. */
  end = 0;

  constructor(options: LayerEntriesOptions) {
    this.#options = options;
  }

  /** Number of entries so far. */
  get length(): number {
    return this.#table.length;
  }

  /**
   * Takes the next member.
   * @throws ImageInvalidError TAR_INVALID, PATH_UNSAFE, WHITEOUT_INVALID; LimitError LIMIT_EXCEEDED `pathBytes`
   */
  add(member: Member): void {
    const name = this.#clean(member.name, member);
    const { kind, path } = nameMeaning(name);
    if (kind === "invalid") {
      throw this.#error(member, {
        code: "WHITEOUT_INVALID",
        message: "a whiteout that names nothing to remove",
        rule: "R3.2",
      });
    }
    this.#checkPath(path, member);
    if (kind === "entry") this.#addEntry(path, member);
    else if (kind === "aufs" || kind === "aufs-file") this.#addAufs({ kind, path, name }, member);
    else this.#list(member, { type: kind, path });
  }

  finish(): EntryColumns {
    return this.#table.finish();
  }

  #addEntry(path: EntryPath, member: Member): void {
    const { type } = member;
    this.#checkType(member);
    if (path === "" && type !== "directory") this.#notice(OTHER_ROOT, path);
    else if (type === "hardlink") this.#addHardLink(path, member);
    else if (type === "symlink") this.#list(member, { type, path, linkPath: member.linkName });
    else this.#list(member, { type: type as Exclude<MemberType, "other">, path });
  }

  #addHardLink(path: EntryPath, member: Member): void {
    const target = this.#clean(member.linkName, member, path);
    this.#checkPath(target, member);
    const kept = aufsLinkTarget(target);
    if (kept === undefined) this.#list(member, { type: "hardlink", path, linkPath: target });
    else this.#list(member, { type: "aufs-link", path, linkPath: kept });
  }

  #addAufs({ kind, path, name }: NameMeaning & { readonly name: EntryPath }, member: Member): void {
    this.#notice(AUFS_OWN, name);
    if (kind === "aufs-file" && member.type === "file") this.#list(member, { type: "aufs-file", path });
  }

  #list(
    member: Member,
    entry: { readonly type: EntryType; readonly path: EntryPath; readonly linkPath?: string },
  ): void {
    const { major, minor, meta, span, body, sparse } = member;
    const content = entry.type === "file" || entry.type === "aufs-file";
    const device = entry.type === "char" || entry.type === "block";
    const added: NewEntry = {
      ...entry,
      size: content ? member.size : 0,
      major: device ? major : 0,
      minor: device ? minor : 0,
      meta,
      span,
      body,
      sparse: content ? sparse : undefined,
      keepable: member.plain && namesStand(member, entry),
    };
    this.#table.add(added);
    this.end = span.end;
  }

  /** Cleans a name, or the target of the hard link at `link`. */
  #clean(name: string, member: Member, link?: EntryPath): EntryPath {
    const path = cleanPath(name);
    if (path !== undefined) return path;
    const clamped = this.#options.lenientTar ? cleanPath(name, true) : undefined;
    if (clamped === undefined) {
      throw this.#error(member, { code: "PATH_UNSAFE", message: "a name that leads out of the root", rule: "R2.2" });
    }
    this.#notice(CLAMPED, link ?? clamped);
    return clamped;
  }

  #checkPath(path: string, member: Member): void {
    const allowed = Math.min(this.#options.pathBytes, MAX_PATH);
    if (path.length > allowed) throw new LimitError("pathBytes", allowed, path.length, this.#details(member, "R2.5"));
    if (path.length <= MAX_COMPONENT || longestComponent(path) <= MAX_COMPONENT) return;
    throw this.#error(member, {
      code: "TAR_INVALID",
      message: "a name with a part of more than 255 bytes",
      rule: "R2.5",
    });
  }

  #checkType(member: Member): void {
    const { type, linkName } = member;
    const invalid = (message: string, rule: string) => this.#error(member, { code: "TAR_INVALID", message, rule });
    if (type === "other") {
      throw invalid(`an entry of type ${JSON.stringify(member.typeflag)}, which no engine unpacks`, "R1.9");
    }
    if (type === "symlink" && linkName === "") throw invalid("a symlink without a target", "R2.4");
    if (type === "symlink" && linkName.length > MAX_TARGET) {
      throw invalid("a symlink whose target has more than 4095 bytes", "R2.4");
    }
    const device = type === "char" || type === "block";
    if (device && !(isDeviceNumber(member.major) && isDeviceNumber(member.minor))) {
      throw invalid("a device whose numbers are not within 0 and 2,097,151", "R5.5");
    }
  }

  /**
   * `path` is cleaned and copied, since millions of members may have a diagnostic each: a raw name may have 1 MiB, and
   * so may the pax header that the name is a slice of.
   */
  #notice(found: Pick<Diagnostic, "rule" | "message">, path: EntryPath): void {
    this.#options.notice({ ...found, strict: false, path: ownText(path) });
  }

  #error(member: Member, fault: Fault): ImageInvalidError {
    return new ImageInvalidError(fault.code, `the tar has ${fault.message}, at byte ${member.span.start}`, {
      details: this.#details(member, fault.rule),
    });
  }

  #details(member: Member, rule: string): ErrorDetails {
    return { layer: this.#options.layer, offset: member.span.start, entry: member.name, rule };
  }
}

interface Fault {
  readonly code: ImageCode;
  readonly message: string;
  readonly rule: string;
}

const OTHER_ROOT = {
  rule: "R2.3",
  message: "Something other than a directory is named as the root; it was left out.",
} as const;
const AUFS_OWN = {
  rule: "D16",
  message: "A file that AUFS keeps for itself is not part of the image; it was left out.",
} as const;
const CLAMPED = { rule: "R2.2", message: "A name that leads out of the root was kept inside it." } as const;

/** Whether raw name and raw link target are already as in a flat tar. */
function namesStand(
  member: Member,
  { type, path, linkPath }: { readonly type: EntryType; readonly path: EntryPath; readonly linkPath?: string },
): boolean {
  if (type === "whiteout" || type === "opaque") {
    return member.type === "file" && member.size === 0 && member.name === markerName(type, path);
  }
  if (type !== member.type || member.name !== memberName(path, type === "directory")) return false;
  return type !== "hardlink" || member.linkName === linkPath;
}

function isDeviceNumber(value: number): boolean {
  return value >= 0 && value <= MAX_DEVICE_NUMBER;
}

/** Maximum length in bytes of a file name and of a symlink's target in a file system. */
const MAX_COMPONENT = 255;
const MAX_TARGET = 4095;
/** Maximum length in bytes of a path in an entry table. */
const MAX_PATH = 0xffff;
const MAX_DEVICE_NUMBER = 2_097_151;
