import { ReferenceInvalidError } from "../../errors.ts";
import type { Compression } from "../../oci/media-type.ts";

/** What a root filesystem is written as. */
export type RootfsForm = "tar" | "folder" | "squashfs" | "erofs" | "ext4";

/** What the end of a path says of the root filesystem that is to lie there. */
export interface RootfsKind {
  readonly form: RootfsForm;
  /** Of the tar, or of what a tool is fed with. */
  readonly compression: Compression;
}

/**
 * Tells by its name what a path is to be: `.tar`, `.tar.gz`, `.tgz`, `.tar.zst`, `.squashfs`, `.sqfs`, `.erofs`,
 * `.ext4`, a folder where it ends in a slash, and a tar for stdout.
 * @throws ReferenceInvalidError REFERENCE_INVALID for a name that says nothing
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
