import type { Entry, EntryMeta } from "../tar/entry.ts";
import type { HeaderFields, HeaderType } from "../tar/header-encode.ts";
import { flatMeta, hasOwnAcls, sameMeta } from "./attributes.ts";
import type { PlanRule } from "./diagnostics.ts";
import { EmitWalk, openDirectory } from "./emit-walk.ts";
import { aclForChildren, shielded } from "./inheritance.ts";
import { markerOf } from "./marker-entry.ts";
import type { FlatEntry } from "./merge-plan.ts";
import { bareMeta, entryAt, type MergeState } from "./merge-state.ts";
import { childPath, type DirectoryNode, type EntryPlace, type Inode, type LeafNode } from "./tree.ts";

/** Input of {@link emit}; `note` is called for each diagnostic. */
export interface EmitInput {
  readonly state: Pick<MergeState, "layers" | "options" | "root" | "inherited">;
  /** The opaque directories, each with the entry that made it opaque; none by default. */
  readonly opaque?: ReadonlyMap<DirectoryNode, EntryPlace> | undefined;
  /** Entries of layers below this one get fresh headers. 0 by default. */
  readonly floor?: number | undefined;
  readonly note?: ((rule: PlanRule, layer: number, path: string) => void) | undefined;
}

/**
 * The entries of the flat tar in output order (§5): depth-first, children sorted by raw bytes, each directory before
 * its children (R5.2). In a range's tree a directory is followed by its opaque whiteout, then by the whiteouts in it,
 * then by the rest (R6.5). Every walk gives the same; memory grows only with the depth and the hard-linked names. Safe
 * at any depth.
 * @param walk where to begin, by default at the root; it advances with the entries
 */
export function* emit(input: EmitInput, walk: EmitWalk = EmitWalk.of(input.state)): Generator<FlatEntry, void> {
  const { root } = input.state;
  const { stack, leaders } = walk;
  if (!walk.begun && !root.implied) yield emitDirectory(input, root, { path: "", shield: false });
  walk.begun = true;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const name = top.names[top.next];
    top.next += 1;
    const node = name === undefined ? undefined : top.directory.children?.get(name);
    if (name === undefined || node === undefined) {
      stack.pop();
      continue;
    }
    const path = childPath(top.path, name);
    if (node.kind === "whiteout") yield markerOf(input.state, "whiteout", { path, place: node });
    if (node.kind === "whiteout") continue;
    if (node.kind === "leaf") yield emitLeaf(input, node, { path, leaders, acl: top.acl });
    if (node.kind !== "directory") continue;
    const listed = !name.startsWith(".wh.");
    const shield = listed && needsShield(input, node, { path, acl: top.acl });
    if (listed) yield emitDirectory(input, node, { path, shield });
    else input.note?.("R5.9", node.layer, path);
    const opaque = input.opaque?.get(node);
    if (opaque !== undefined) yield markerOf(input.state, "opaque", { path, place: opaque });
    if (node.children === undefined) continue;
    stack.push(openDirectory(node, path, aclForChildren(node, shield ? undefined : top.acl)));
  }
}

interface DirectoryOutput {
  readonly path: string;
  /** It must not inherit its directory's default ACL (R5.11). */
  readonly shield: boolean;
}

function emitDirectory(input: EmitInput, directory: DirectoryNode, output: DirectoryOutput): FlatEntry {
  const { state, note } = input;
  const { layer } = directory;
  const { path, shield } = output;
  const entry = entryAt(state, directory);
  const bare = directory.implied || directory.reset;
  const own = bare ? bareMeta(entry.meta) : flatMeta(entry.meta, "directory", (rule) => note?.(rule, layer, path));
  const fields = fieldsOf("directory", path, shield ? shielded(own, "directory") : own);
  if (bare) return { layer, source: directory.implied ? undefined : entry, kept: false, fields };
  return finish(input, layer, entry, fields);
}

interface LeafOutput {
  readonly path: string;
  /** The default ACL that it would inherit. */
  readonly acl: string | undefined;
  /** The first name so far of each inode with several. */
  readonly leaders: Map<Inode, string>;
}

/** R5.3: the first name in output order carries the content, the others link to it. */
function emitLeaf(input: EmitInput, leaf: LeafNode, { path, leaders, acl }: LeafOutput): FlatEntry {
  const { state, note } = input;
  const { inode } = leaf;
  const { layer } = inode ?? leaf;
  const content = entryAt(state, inode ?? leaf);
  const type = flatType(content);
  const leader = inode && leaders.get(inode);
  if (leader !== undefined && leader !== path) return emitLink(input, leaf, { path, leader, type, content });
  if (inode !== undefined) leaders.set(inode, path);
  const own = flatMeta(inode?.meta ?? content.meta, type, (rule) => note?.(rule, layer, path));
  const meta = needsShield(input, leaf, { path, acl }) ? shielded(own, "leaf") : own;
  const { size, linkPath, major, minor } = content;
  return finish(input, layer, content, { ...fieldsOf(type, path, meta), size, linkPath, major, minor });
}

function finish({ state, floor = 0 }: EmitInput, layer: number, source: Entry, fields: HeaderFields): FlatEntry {
  return { layer, source, kept: layer >= floor && mayKeep(state, source, fields), fields };
}

interface LinkOutput {
  readonly path: string;
  readonly leader: string;
  readonly type: HeaderType;
  readonly content: Entry;
}

/** A link repeats the metadata of its leader, because engines apply it to the inode (R3.6). */
function emitLink(input: EmitInput, leaf: LeafNode, { path, leader, type, content }: LinkOutput): FlatEntry {
  const meta = flatMeta(leaf.inode?.meta ?? content.meta, type);
  const fields = { ...fieldsOf("hardlink", path, meta), linkPath: leader };
  return finish(input, leaf.layer, entryAt(input.state, leaf), fields);
}

function flatType({ type }: Entry): HeaderType {
  switch (type) {
    case "aufs-file":
      return "file";
    case "whiteout":
    case "opaque":
    case "aufs-link":
      throw new RangeError(`a ${type} holds no content`);
    default:
      return type;
  }
}

function fieldsOf(type: HeaderType, path: string, meta: EntryMeta): HeaderFields {
  return { type, path, size: 0, linkPath: undefined, major: 0, minor: 0, meta };
}

/** R5.4: a header is kept if it decodes to exactly these fields, in a form that a flat layer may hold. */
function mayKeep({ options }: EmitInput["state"], entry: Entry, fields: HeaderFields): boolean {
  return (
    !options.canonical &&
    entry.keepable &&
    entry.type === fields.type &&
    entry.path === fields.path &&
    entry.size === fields.size &&
    entry.linkPath === fields.linkPath &&
    entry.major === fields.major &&
    entry.minor === fields.minor &&
    sameMeta(entry.meta, fields.meta)
  );
}

/**
 * R5.11: whether a node would inherit the default ACL of its directory in the flat layer, though it inherited none in
 * its own layer. If it inherited another one there, or would inherit none, that is only noted: engines make an access
 * ACL of it that is in no layer.
 */
function needsShield(
  { state, note }: EmitInput,
  node: DirectoryNode | LeafNode,
  { path, acl }: Pick<LeafOutput, "path" | "acl">,
): boolean {
  const place = node.kind === "leaf" ? (node.inode ?? node) : node;
  const inherited = node.kind === "leaf" ? state.inherited.of(place) : node.inheritedAcl;
  if (inherited === acl) return false;
  const entry = entryAt(state, place);
  const bare = node.kind === "directory" && (node.implied || node.reset);
  if (!bare && (entry.type === "symlink" || hasOwnAcls(entry))) return false;
  if (inherited !== undefined) note?.("R5.11", node.layer, path);
  return inherited === undefined;
}
