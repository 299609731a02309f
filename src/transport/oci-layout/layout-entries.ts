import type { Descriptor } from "../../oci/descriptor.ts";
import { OCI_INDEX } from "../../oci/media-type.ts";
import { fullName, parseImageName, taggedName } from "../image-name.ts";
import { type FileReference, selectedName } from "../reference.ts";
import { IMAGE_NAME, REF_NAME } from "./entry-name.ts";
import { LAYOUT_VERSION } from "./layout-index.ts";

/** The bytes of an `oci-layout` file. image-spec image-layout.md#oci-layout-file */
export const LAYOUT_MARKER: Uint8Array = Buffer.from(JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION }));

/** Where entries of an image are written. */
export interface EntryTarget {
  readonly reference: FileReference;
  /** The other entries of the layout; none by default. */
  readonly others?: readonly Descriptor[];
}

/**
 * The entries of `index.json` for one image: one for each name, as Docker and containerd write them, or one without a
 * name. The name in the reference itself is written as typed, since skopeo and umoci look for it in that form.
 */
export function layoutEntries(root: Descriptor, names: readonly string[], target: EntryTarget): Descriptor[] {
  const isTaken = (refName: string): boolean =>
    target.others?.some(({ digest, annotations }) => digest !== root.digest && annotations?.[REF_NAME] === refName) ===
    true;
  const annotations =
    names.length === 0 ? [{}] : names.map((name) => nameAnnotations(name, { from: target.reference, isTaken }));
  const { [IMAGE_NAME]: _image, [REF_NAME]: _ref, ...others } = root.annotations ?? {};
  return annotations.map((named) => {
    const all = { ...others, ...named };
    return {
      mediaType: root.mediaType,
      digest: root.digest,
      size: root.size,
      ...(Object.keys(all).length > 0 && { annotations: all }),
      ...(root.platform && { platform: root.platform }),
    };
  });
}

/** The bytes of an `index.json` with only these entries. */
export function freshIndex(entries: readonly Descriptor[]): Uint8Array {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries }));
}

interface NameRules {
  readonly from: FileReference;
  /** Whether another image has a `ref.name`: readers that compare only that take the first entry that matches. */
  isTaken(refName: string): boolean;
}

/** The `ref.name` is the tag, as Docker and BuildKit write it; if that is taken, the whole name. */
function nameAnnotations(name: string, { from, isTaken }: NameRules): Record<string, string> {
  const familiar = taggedName(name);
  if (familiar === undefined) return { [REF_NAME]: name };
  const typed = from.transport !== "docker-archive" && selectedName(from) === name;
  const parsed = parseImageName(name);
  const tag = parsed.tag ?? name;
  return { [IMAGE_NAME]: fullName(parsed), [REF_NAME]: typed ? name : isTaken(tag) ? familiar : tag };
}
