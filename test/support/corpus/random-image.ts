import { posix } from "node:path";
import fc from "fast-check";
import {
  char,
  dir,
  fifo,
  file,
  hardlink,
  layer,
  type Member,
  type MemberOptions,
  opaque,
  symlink,
  whiteout,
} from "../tar-fixture.ts";
import { fileCapability } from "./binary-xattrs.ts";
import { writeCraftedArchive } from "./crafted-archive.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

/** A requested change in a layer; {@link obey} skips those for which an engine would refuse the layer. */
interface Step {
  readonly kind: "file" | "directory" | "symlink" | "hardlink" | "whiteout" | "opaque" | "fifo" | "device";
  readonly path: string;
  /** Whether parents get headers of their own; without, engines differ on what becomes of them. */
  readonly listParents: boolean;
  readonly pick: number;
  readonly meta: MemberOptions;
}

/** Few names, so that layers collide. */
const path = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

const meta: fc.Arbitrary<MemberOptions> = fc.record({
  mode: fc.constantFrom(0o644, 0o755, 0o4711, 0o1777, 0),
  uid: fc.constantFrom(0, 1000, 3_000_000),
  mtime: fc.integer({ min: 0, max: 2_000_000_000 }),
  mtimeNanoseconds: fc.constantFrom(0, 1, 999_999_999),
});

const xattrs = fc.constantFrom(
  {},
  {},
  { "user.a": "\0\xff=" },
  { "user.b": "b", "security.capability": fileCapability(5) },
);

const step: fc.Arbitrary<Step> = fc
  .record({
    kind: fc.constantFrom(
      ...(["file", "file", "directory", "directory", "directory", "symlink", "hardlink", "hardlink"] as const),
      ...(["whiteout", "whiteout", "whiteout", "opaque", "fifo", "device"] as const),
    ),
    path,
    listParents: fc.integer({ min: 0, max: 4 }).map((chance) => chance > 0),
    pick: fc.nat(),
    meta,
    xattrs,
  })
  .map(({ xattrs: values, ...rest }) => {
    const takesXattrs = rest.kind === "file" || rest.kind === "directory";
    return takesXattrs ? { ...rest, meta: { ...rest.meta, xattrs: values } } : rest;
  });

const stack = fc.array(fc.array(step, { minLength: 1, maxLength: 14 }), { minLength: 2, maxLength: 5 });

/** Images of two to five random layers that Docker, podman and containerd load, the same for the same seed. */
export function randomImages(workshop: Workshop, { seed, count }: { seed: number; count: number }): CorpusImage[] {
  return fc.sample(stack, { seed, numRuns: count }).map((layers, at) => {
    const history: History = { implied: new Set(), unsettled: new Set() };
    const tars = layers.map((steps) => layer(...obey(steps, history)));
    const archive = writeCraftedArchive(workshop, { name: `random-${seed}-${at}`, cmd: ["true"], layers: tars });
    return { archive, divergent: true, timelessDirectories: history.implied };
  });
}

/** State of all layers so far. */
interface History {
  /** Directories without a header in some layer. */
  readonly implied: Set<string>;
  /**
   * Names that some layer made anything but a plain directory. Below them every directory gets a header: for one
   * without, containerd copies the metadata of the first lower layer that has it, even if a layer between hides it, or
   * its own layer does by an opaque whiteout.
   */
  readonly unsettled: Set<string>;
}

/** State of one layer so far. */
interface Growing extends History {
  readonly members: Member[];
  readonly kinds: Map<string, Step["kind"]>;
  /** What may be linked to, and with which metadata: a link's header repeats its target's. */
  readonly linkable: Map<string, MemberOptions>;
}

function obey(steps: readonly Step[], history: History): Member[] {
  const growing: Growing = { members: [], kinds: new Map(), linkable: new Map(), ...history };
  for (const each of steps) if (isFree(growing, each)) place(growing, each);
  return growing.members;
}

/** Engines refuse duplicate names, children of non-directories, and a whiteout of an entry of its own layer. */
function isFree({ kinds, implied }: Growing, { kind, path: at }: Step): boolean {
  if (ancestors(at).some((parent) => (kinds.get(parent) ?? "directory") !== "directory")) return false;
  const holds = (names: Iterable<string>): boolean => [...names].some((other) => other.startsWith(`${at}/`));
  if (kind !== "opaque") return !kinds.has(at) && !holds(kinds.keys());
  return kinds.get(at) === "directory" && !kinds.has(`${at}/.wh..wh..opq`) && !holds(implied);
}

function place(growing: Growing, each: Step): void {
  const { members, kinds, linkable, implied, unsettled } = growing;
  const [target, shared] = [...linkable][each.pick % Math.max(1, linkable.size)] ?? [];
  if (each.kind === "hardlink" && target === undefined) return;
  for (const parent of ancestors(each.path).filter((above) => !kinds.has(above))) {
    kinds.set(parent, "directory");
    if (each.listParents || [...ancestors(parent), parent].some((above) => unsettled.has(above)))
      members.push(dir(parent, each.meta));
    else implied.add(parent);
  }
  if (each.kind !== "directory") unsettled.add(each.path);
  if (each.kind === "opaque") kinds.set(`${each.path}/.wh..wh..opq`, "opaque");
  else kinds.set(each.path, each.kind);
  if (each.kind === "file" || each.kind === "fifo" || each.kind === "device") linkable.set(each.path, each.meta);
  members.push(memberOf(each, { target: target ?? "", shared: shared ?? {} }));
}

function memberOf(each: Step, link: { readonly target: string; readonly shared: MemberOptions }): Member {
  const { kind, path: at, meta: options, pick } = each;
  if (kind === "file") return file(at, `${pick}`, options);
  if (kind === "directory") return dir(at, options);
  if (kind === "symlink") return symlink(at, ["a", "../b", "/c", "nowhere"][pick % 4] ?? "", options);
  if (kind === "hardlink") return hardlink(at, link.target, link.shared);
  if (kind === "whiteout") return whiteout(at);
  if (kind === "opaque") return opaque(at);
  return kind === "fifo" ? fifo(at, options) : char(at, 1, 3 + (pick % 6), options);
}

/** `a` and `a/b` for `a/b/c`. */
function ancestors(at: string): string[] {
  const parent = posix.dirname(at);
  return parent === "." ? [] : [...ancestors(parent), parent];
}
