import type { Descriptor } from "../../oci/descriptor.ts";
import { OCI_INDEX } from "../../oci/media-type.ts";
import { fullName, parseImageName, taggedName } from "../image-name.ts";
import type { FileReference } from "../reference.ts";
import { IMAGE_NAME, REF_NAME } from "./entry-name.ts";
import { LAYOUT_VERSION } from "./layout-index.ts";

/** The bytes of an `oci-layout` file. image-spec image-layout.md#oci-layout-file */
export const LAYOUT_MARKER: Uint8Array = Buffer.from(JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION }));

/**
 * The entries of `index.json` for one image: one for each name, as Docker and containerd write them, or one without a name. A name that the reference
 * itself gives stands as it was typed, since that is how skopeo and umoci look for it.
 */
export function layoutEntries(root: Descriptor, names: readonly string[], target: FileReference): Descriptor[] {
  const annotations = names.length === 0 ? [{}] : names.map((name) => nameAnnotations(name, target));
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

/** The bytes of the `index.json` of a layout that holds nothing else. */
export function freshIndex(entries: readonly Descriptor[]): Uint8Array {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries }));
}

/** The `ref.name` that an entry for a name gets; `""` for no name. */
export function refNameOf(name: string, target: FileReference): string {
  return nameAnnotations(name, target)[REF_NAME] ?? "";
}

function nameAnnotations(name: string, { selector, transport }: FileReference): Record<string, string> {
  const typed =
    transport !== "docker-archive" && selector !== undefined && "name" in selector && selector.name === name;
  if (taggedName(name) === undefined) return { [REF_NAME]: name };
  const parsed = parseImageName(name);
  return { [IMAGE_NAME]: fullName(parsed), [REF_NAME]: typed ? name : (parsed.tag ?? name) };
}
