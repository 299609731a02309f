/** Something that can be flattened but that one should know: plain data, escaped only when shown. */
export interface Diagnostic {
  /** Row of the divergence table (`D3`), rule (`R2.3`), or a short name of planish's own (`attestation-dropped`). */
  readonly rule: string;
  /**
   * One sentence that says what was found and what was done. The same text for all of one rule, so that they can be
   * grouped; `path` tells them apart.
   */
  readonly message: string;
  /** True when `--strict` makes it an error. */
  readonly strict: boolean;
  /** Layer number, 0 = bottom. */
  readonly layer?: number | undefined;
  /** Path of the entry, one char a byte (latin1). */
  readonly path?: string | undefined;
  /** os/arch[/variant] of the image, set where an index is flattened. */
  readonly platform?: string | undefined;
}
