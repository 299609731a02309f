import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Diagnostic } from "../diagnostic.ts";

/** Files under clean relative paths, in a folder or in an archive: all that reading an image layout takes. */
export interface FileTree extends AsyncDisposable {
  /** What a person calls it, for messages. */
  readonly name: string;
  /** What had to be overlooked to open it. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The bytes of the file at a path; undefined when there is none. Asking again costs nothing; closed with the tree.
   * @throws ImageInvalidError PATH_UNSAFE, LINK_DANGLING, TAR_INVALID when what is there cannot be taken for one file
   */
  file(path: string): Promise<SeekableBytes | undefined>;
}
