import { ReferenceInvalidError } from "../../errors.ts";
import type { Compression } from "../../oci/media-type.ts";

/** The form in which a root filesystem is written. */
export type RootfsForm = "tar" | "folder" | "squashfs" | "erofs" | "ext4";

/** What the end of a path says about the root filesystem to be written there. */
export interface RootfsKind {
  readonly form: RootfsForm;
  /** Of the tar, or of the tool's input. */
  readonly compression: Compression;
}

/**
 * Tells from a path what to write there: `.tar`, `.tar.gz`, `.tgz`, `.tar.zst`, `.squashfs`, `.sqfs`, `.erofs`,
 * `.ext4`; a folder if it ends in a slash, a tar for stdout.
 * @throws ReferenceInvalidError REFERENCE_INVALID for any other name
 */
export function rootfsKind(path: string): RootfsKind {
  if (path === "-") return { form: "tar", compression: "none" };
  if (path.endsWith("/")) return { form: "folder", compression: "none" };
  const found = KINDS.find(([suffix]) => path.toLowerCase().endsWith(suffix));
  if (found !== undefined) return found[1];
  throw new ReferenceInvalidError(`${JSON.stringify(path)} does not say what kind of root filesystem to write`, {
    details: {
      hint: `for a folder type ${path}/, for a tar ${path}.tar, .tar.gz or .tar.zst, else .squashfs, .erofs or .ext4`,
    },
  });
}

const KINDS: readonly (readonly [string, RootfsKind])[] = [
  [".tar", { form: "tar", compression: "none" }],
  [".tar.gz", { form: "tar", compression: "gzip" }],
  [".tgz", { form: "tar", compression: "gzip" }],
  [".tar.zst", { form: "tar", compression: "zstd" }],
  [".squashfs", { form: "squashfs", compression: "none" }],
  [".sqfs", { form: "squashfs", compression: "none" }],
  [".erofs", { form: "erofs", compression: "none" }],
  [".ext4", { form: "ext4", compression: "none" }],
];
