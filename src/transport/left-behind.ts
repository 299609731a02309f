import { isFlattenError, TransportError } from "../errors.ts";

/** The error of a run that failed or was aborted and leaves something behind; `remains` says what. */
export function leftBehind(cause: unknown, remains: string): TransportError {
  const because = isFlattenError(cause) ? cause.message : "the run was aborted";
  return new TransportError("TRANSPORT_FAILED", `${because}; ${remains}`, { cause, details: { remains } });
}
