import type { Descriptor } from "../../oci/descriptor.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import { jsonElements, jsonMembers, skipSpace } from "../../oci/json-members.ts";
import { taggedName } from "../image-name.ts";
import { entryName, REF_NAME } from "./entry-name.ts";
import { saysReferrer } from "./referrers.ts";

/** The entries of an index that already have the names of a new image. */
export interface Clashes {
  /** Entries with exactly the same name, which would be replaced. */
  readonly same: readonly Descriptor[];
  /** Other images that a reader would find by the name, as `latest` finds `app:latest`: never replaced. */
  readonly others: readonly Descriptor[];
}

/**
 * Finds the entries that have one of the names; for an image without a name, the images without one. The name of an
 * entry is its full name if it has one, otherwise its `ref.name`.
 */
export function findClashes({ json: { manifests } }: Document<ImageIndex>, names: readonly string[]): Clashes {
  const wanted = new Set(names.length === 0 ? [undefined] : names.map((name) => taggedName(name) ?? name));
  const found = manifests.filter((entry) => wanted.has(entryName(entry)));
  const same = names.length === 0 ? found.filter((entry) => !saysReferrer(entry)) : found;
  const isOther = (entry: Descriptor): boolean =>
    names.includes(entry.annotations?.[REF_NAME] ?? "") && !same.includes(entry);
  return { same, others: manifests.filter(isOther) };
}

/**
 * The bytes of an `index.json` without the entries `removed` and with `added` at the end. All other entries and
 * properties stay byte for byte, including those that planish does not know.
 */
export function editIndex(
  index: Document<ImageIndex>,
  removed: readonly Descriptor[],
  added: readonly Descriptor[],
): Uint8Array {
  const { bytes, json } = index;
  const manifests = jsonMembers(bytes, skipSpace(bytes, 0)).find(({ name }) => name === "manifests");
  if (manifests === undefined) throw new Error("an index without manifests was parsed as valid");
  const { start, end } = manifests.value;
  const elements = bytes[start] === OPEN_BRACKET ? jsonElements(bytes, start) : [];
  const kept = elements
    .filter((_, at) => !removed.some((entry) => entry === json.manifests[at]))
    .map((element) => Buffer.from(bytes.subarray(element.start, element.end)).toString("utf8"));
  const list = [...kept, ...added.map((entry) => JSON.stringify(entry))].join(",");
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(`[${list}]`), bytes.subarray(end)]);
}

const OPEN_BRACKET = 0x5b;
