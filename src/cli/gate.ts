/** Exit status of a command whose result, which it has printed, fails a gate. */
export const GATE_NOT_MET = 7;

/**
 * Thrown after a command has printed its result, if that fails a gate: `verify` found differences, or a condition of
 * `--fail-on` holds. Nothing more is printed.
 */
export class GateNotMet extends Error {
  readonly exitCode = GATE_NOT_MET;

  constructor() {
    super("a gate was not met");
    this.name = "GateNotMet";
  }
}
