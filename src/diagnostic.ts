/** Something that does not prevent flattening but that the user should know: plain data, escaped only when shown. */
export interface Diagnostic {
  /** Row of the divergence table (`D3`), rule (`R2.3`), or a short name of planish's own (`attestation-dropped`). */
  readonly rule: string;
  /**
   * One sentence that says what was found and what was done. Diagnostics of one rule have the same text, so that they
   * can be grouped; `path` distinguishes them.
   */
  readonly message: string;
  /** True if `--strict` turns it into an error. */
  readonly strict: boolean;
  /** Layer number, 0 = bottom. */
  readonly layer?: number | undefined;
  /** Path of the entry, one character per byte (latin1). */
  readonly path?: string | undefined;
  /** `os/arch[/variant]` of the image, in diagnostics about one image as a whole. */
  readonly platform?: string | undefined;
}
