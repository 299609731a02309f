import type { EntryMeta, Xattr } from "../tar/entry.ts";
import { defaultAclOf, withXattrs } from "./attributes.ts";
import { entryAt, type MergeState } from "./merge-state.ts";
import type { EntryPlace } from "./tree.ts";

/** An ACL of version 2 without entries: the kernel treats it as none, and removes an inherited one. */
const NO_ACL = "\x02\0\0\0";
const SHIELD: readonly Xattr[] = [
  { name: "system.posix_acl_access", value: NO_ACL },
  { name: "system.posix_acl_default", value: NO_ACL },
];

/**
 * Metadata that keeps an entry from inheriting an ACL from its directory; ACLs of its own stay. It leaves no trace in
 * what engines unpack.
 */
export function shielded(meta: EntryMeta, type: "directory" | "leaf"): EntryMeta {
  return { ...meta, xattrs: withXattrs(type === "directory" ? SHIELD : SHIELD.slice(0, 1), meta.xattrs) };
}

/** Looks up which default ACLs were in force while a layer was unpacked alone. */
export class DefaultAcls {
  readonly #layers: MergeState["layers"];
  readonly #listed = new Map<number, ReadonlyMap<string, Listing>>();

  constructor(layers: MergeState["layers"]) {
    this.#layers = layers;
  }

  /** The default ACL that an entry inherited in its own layer: that of its directory, if listed there before it. */
  inheritedBy(place: EntryPlace): string | undefined {
    const { path } = entryAt({ layers: this.#layers }, place);
    const listing = this.#listings(place.layer).get(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
    return listing !== undefined && listing.ordinal < place.ordinal ? listing.acl : undefined;
  }

  #listings(layer: number): ReadonlyMap<string, Listing> {
    const known = this.#listed.get(layer);
    if (known !== undefined) return known;
    const listings = new Map<string, Listing>();
    let ordinal = 0;
    for (const { type, path, meta } of this.#layers[layer]?.entries ?? []) {
      const acl = type === "directory" ? defaultAclOf(meta.xattrs) : undefined;
      if (acl !== undefined) listings.set(path, { ordinal, acl });
      ordinal += 1;
    }
    this.#listed.set(layer, listings);
    return listings;
  }
}

/** A directory's entry with a default ACL. */
interface Listing {
  readonly ordinal: number;
  readonly acl: string;
}
