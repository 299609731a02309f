/**
 * Thrown after a command has printed its result, if that fails a gate: `verify` found differences, or a condition of
 * `--fail-on` holds. Nothing more is printed.
 */
export class GateNotMet extends Error {
  /** Defined here so that startup does not load exit-code.ts with its imports. */
  readonly exitCode = 7;

  constructor() {
    super("a gate was not met");
    this.name = "GateNotMet";
  }
}
