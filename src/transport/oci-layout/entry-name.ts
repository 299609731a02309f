import type { Descriptor } from "../../oci/descriptor.ts";
import { taggedName } from "../image-name.ts";

/** The tag, or the whole name, of an entry of `index.json`. image-spec annotations.md */
export const REF_NAME = "org.opencontainers.image.ref.name";
/** The full name of the image, as containerd, BuildKit and Docker write it. */
export const IMAGE_NAME = "io.containerd.image.name";

/** The name that an entry of `index.json` gives its image; undefined if it has none. */
export function entryName(entry: Descriptor): string | undefined {
  const refName = entry.annotations?.[REF_NAME];
  return taggedName(entry.annotations?.[IMAGE_NAME] ?? "") ?? taggedName(refName ?? "") ?? refName;
}
