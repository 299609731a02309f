import type { Descriptor } from "../../oci/descriptor.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import { jsonElements, jsonMembers, skipSpace } from "../../oci/json-members.ts";
import { REF_NAME } from "./entry-name.ts";

/** The entries that new ones would replace: those of the same `ref.name`, and for a new entry without a name those without one. */
export function clashingEntries(index: Document<ImageIndex>, refNames: ReadonlySet<string>): readonly Descriptor[] {
  return index.json.manifests.filter((entry) => refNames.has(entry.annotations?.[REF_NAME] ?? ""));
}

/**
 * The bytes of an `index.json` with `added` at its end and `removed` gone. Every other entry and property stays as it stands, byte for byte,
 * whatever it says that planish does not know.
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
