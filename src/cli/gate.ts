/**
 * Thrown when a command did its work and told its result, and the result is that a gate is not met: differences that
 * `verify` found, a condition of `--fail-on`. Nothing more is printed.
 */
export class GateNotMet extends Error {
  /** Known here, so that the start of the program need not load the table of all. */
  readonly exitCode = 7;

  constructor() {
    super("a gate was not met");
    this.name = "GateNotMet";
  }
}
