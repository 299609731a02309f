import { type NaiveMember, readNaively } from "./naive-tar.ts";

/** Paths of a filesystem: whether each is a directory. */
type Paths = ReadonlyMap<string, boolean>;

/**
 * Checks the form of a squashed range's tar above a base (merge semantics §6), and throws where a rule is broken:
 * markers that remove nothing, that contradict their layer or come late, directories that are not listed before what
 * they hold, names twice, links to what the layer does not hold.
 */
export function checkDeltaForm(tar: Uint8Array, base: Paths): void {
  const seen = new Map<string, NaiveMember>();
  const opaque = new Set<string>();
  for (const member of readNaively(tar)) {
    const path = member.name === "./" ? "" : member.name.replace(/\/$/, "");
    const parent = path.split("/").slice(0, -1).join("/");
    if (parent !== "" && seen.get(parent)?.typeflag !== "5") throw new Error(`without its directory: ${path}`);
    if (seen.has(path)) throw new Error(`twice: ${path}`);
    seen.set(path, member);
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (name.startsWith(".wh.")) checkMarker({ parent, name, member }, { base, seen, opaque });
    else if (member.typeflag === "1" && !seen.has(member.linkname)) throw new Error(`a link to nothing: ${path}`);
  }
}

interface Marker {
  readonly parent: string;
  readonly name: string;
  readonly member: NaiveMember;
}

interface Seen {
  readonly base: Paths;
  readonly seen: ReadonlyMap<string, NaiveMember>;
  readonly opaque: Set<string>;
}

function checkMarker({ parent, name, member }: Marker, { base, seen, opaque }: Seen): void {
  const below = (path: string): string => (parent === "" ? path : `${parent}/${path}`);
  const hold = (path: string): string[] => [...seen.keys()].filter((other) => other.startsWith(`${path}/`));
  if (member.typeflag !== "0" || member.content !== "" || member.mode !== 0o600) throw new Error(`not plain: ${name}`);
  if ([...opaque].some((path) => `${parent}/`.startsWith(`${path}/`))) throw new Error(`below an opaque one: ${name}`);
  if (name === ".wh..wh..opq") {
    if (hold(parent).length > 1) throw new Error(`late: ${below(name)}`);
    if (parent === "" || !holds(base, parent)) throw new Error(`hides nothing: ${below(name)}`);
    opaque.add(parent);
    return;
  }
  const gone = below(name.slice(4));
  if (!base.has(gone)) throw new Error(`removes nothing: ${gone}`);
  if (hold(parent).some((path) => !path.slice(parent.length + 1).startsWith(".wh.") && path !== parent)) {
    throw new Error(`after what is in its directory: ${below(name)}`);
  }
  if (seen.has(gone)) throw new Error(`there and removed: ${gone}`);
}

function holds(base: Paths, path: string): boolean {
  return base.get(path) === true && [...base.keys()].some((other) => other.startsWith(`${path}/`));
}
