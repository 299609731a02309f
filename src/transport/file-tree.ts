import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Diagnostic } from "../diagnostic.ts";

/**
 * Files under clean relative paths, in a folder or in an archive: which is all that is needed to read an image layout.
 */
export interface FileTree extends AsyncDisposable {
  /** Its name for messages. */
  readonly name: string;
  /** What had to be ignored to open it. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The bytes of the file at a path; undefined when there is none. Asking again costs nothing; closed with the tree.
   * @throws ImageInvalidError PATH_UNSAFE, LINK_DANGLING, TAR_INVALID if the path does not lead to one file
   */
  file(path: string): Promise<SeekableBytes | undefined>;
}
