import { ImageInvalidError } from "../errors.ts";
import type { Entry, EntryMeta, Xattr } from "../tar/entry.ts";
import type { HeaderType } from "../tar/header-encode.ts";
import type { PlanRule } from "./diagnostics.ts";

/** The file capability: the kernel drops it whenever the owner of a file changes. */
export const CAPABILITY = "security.capability";

export const DEFAULT_ACL = "system.posix_acl_default";
export const ACCESS_ACL = "system.posix_acl_access";
const OVERLAY = "trusted.overlay.";
const USER_OVERLAY = "user.overlay.";

/** Xattrs that make overlayfs look elsewhere for a file's name or data. */
const OVERLAY_DETOURS = new Set([`${OVERLAY}redirect`, `${OVERLAY}metacopy`]);

/** The ACL that children inherit, in the kernel's bytes. */
export function defaultAclOf(xattrs: readonly Xattr[]): string | undefined {
  return xattrs.find(({ name }) => name === DEFAULT_ACL)?.value;
}

/** Whether an entry has every ACL that it could otherwise inherit. */
export function hasOwnAcls({ type, meta: { xattrs } }: Pick<Entry, "type" | "meta">): boolean {
  return hasXattr(xattrs, ACCESS_ACL) && (type !== "directory" || hasXattr(xattrs, DEFAULT_ACL));
}

export function hasOverlayXattr(xattrs: readonly Xattr[]): boolean {
  return xattrs.some(({ name }) => name.startsWith(OVERLAY));
}

/** Whether overlayfs would take a directory with these xattrs for opaque (D10). */
export function isOverlayOpaque(xattrs: readonly Xattr[]): boolean {
  return xattrs.some(({ name, value }) => name === `${OVERLAY}opaque` && value === "y");
}

/**
 * Refuses entries that redirect overlayfs to somewhere else (D10).
 * @throws ImageInvalidError TAR_INVALID
 */
export function refuseOverlayDetours(entry: Entry, layer: number): void {
  const detour = entry.meta.xattrs.find(({ name }) => OVERLAY_DETOURS.has(name));
  if (detour === undefined) return;
  throw new ImageInvalidError("TAR_INVALID", `an xattr ${detour.name}, which redirects overlayfs`, {
    details: { layer, entry: entry.path, rule: "D10" },
  });
}

/**
 * The metadata of an entry in the flat layer (§7, R5.5); the same object if nothing changes. `dropped` is called with
 * the rule of each kind of xattr that is dropped.
 */
export function flatMeta(meta: EntryMeta, type: HeaderType, dropped?: (rule: PlanRule) => void): EntryMeta {
  const xattrs = flatXattrs(meta.xattrs, type, dropped);
  const mode = type === "symlink" ? 0o777 : meta.mode;
  return xattrs === meta.xattrs && mode === meta.mode ? meta : { ...meta, mode, xattrs };
}

function flatXattrs(
  xattrs: readonly Xattr[],
  type: HeaderType,
  dropped: ((rule: PlanRule) => void) | undefined,
): readonly Xattr[] {
  if (xattrs.length === 0) return xattrs;
  const holdsUser = type === "file" || type === "directory";
  const rules = xattrs.map(({ name }) => dropRule(name, holdsUser));
  for (const rule of new Set(rules)) if (rule !== undefined && rule !== "D10") dropped?.(rule);
  return rules.every((rule) => rule === undefined) ? xattrs : xattrs.filter((_, at) => rules[at] === undefined);
}

/** The rule that keeps an xattr out of the flat layer; D10 was reported while the layer was unpacked. */
function dropRule(name: string, holdsUser: boolean): PlanRule | undefined {
  if (name.startsWith(OVERLAY)) return "D10";
  if (name.startsWith(USER_OVERLAY)) return "xattr-reserved";
  return name.startsWith("user.") && !holdsUser ? "xattr-unsupported" : undefined;
}

/** Xattrs with others added or replaced, sorted by name. */
export function withXattrs(xattrs: readonly Xattr[], added: readonly Xattr[]): readonly Xattr[] {
  if (added.length === 0) return xattrs;
  const byName = new Map([...xattrs, ...added].map((xattr) => [xattr.name, xattr]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function hasXattr(xattrs: readonly Xattr[], name: string): boolean {
  return xattrs.some((xattr) => xattr.name === name);
}

export function withoutXattr(xattrs: readonly Xattr[], name: string): readonly Xattr[] {
  return xattrs.filter((xattr) => xattr.name !== name);
}

/** Whether two entries have the same metadata. */
export function sameMeta(a: EntryMeta, b: EntryMeta): boolean {
  if (a === b) return true;
  return (
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.mtimeSeconds === b.mtimeSeconds &&
    a.mtimeNanoseconds === b.mtimeNanoseconds &&
    a.xattrs.length === b.xattrs.length &&
    a.xattrs.every(({ name, value }, at) => b.xattrs[at]?.name === name && b.xattrs[at]?.value === value)
  );
}
