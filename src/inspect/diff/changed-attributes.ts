import { sameMeta } from "../../plan/attributes.ts";
import { valueText } from "../../verify/differences.ts";
import { describeMeta } from "../files/file-entry.ts";
import type { AttributeChange } from "./diff-result.ts";
import type { SideFile } from "./side-files.ts";

/**
 * What differs between two files of the same path, except contents of equal size, which are not read yet. If the types
 * differ, nothing else is compared.
 */
export function changedAttributes(a: SideFile, b: SideFile): AttributeChange[] {
  if (a.type !== b.type) return [{ attribute: "type", a: a.type, b: b.type }];
  if (sameMeta(a.meta, b.meta) && KEPT.every((field) => a[field] === b[field])) return [];
  const [before, after] = [texts(a), texts(b)];
  const changed = ATTRIBUTES.flatMap((attribute) =>
    before[attribute] === after[attribute] ? [] : [{ attribute, a: before[attribute], b: after[attribute] }],
  );
  return [...changed, ...changedXattrs(a, b)];
}

/** Fields that are compared first, without formatting them, since most files are the same. */
const KEPT = ["size", "target", "device", "group"] as const;

const ATTRIBUTES = ["mode", "owner", "mtime", "size", "target", "device", "links"] as const;

function texts({ meta, size, target, device, group }: SideFile): Record<(typeof ATTRIBUTES)[number], string | null> {
  const { mode, uid, gid, mtime } = describeMeta(meta);
  return { mode, owner: `${uid}:${gid}`, mtime, size: String(size), target, device, links: group || null };
}

function changedXattrs({ meta: a }: SideFile, { meta: b }: SideFile): AttributeChange[] {
  if (a.xattrs.length + b.xattrs.length === 0) return [];
  const [before, after] = [a, b].map(({ xattrs }) => new Map(xattrs.map(({ name, value }) => [name, value])));
  return [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort().flatMap((name) => {
    const [was, is] = [before?.get(name), after?.get(name)];
    return was === is ? [] : [{ attribute: `xattr ${name}` as const, a: valueText(was), b: valueText(is) }];
  });
}
