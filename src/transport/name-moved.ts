import type { Diagnostic } from "../diagnostic.ts";

/**
 * The diagnostic that a name referred to another image before, and to which, so that the user can restore or delete
 * that one. `place` says where it still is.
 */
export function nameMoved(name: string, before: string, place: string): Diagnostic {
  return { rule: "name-moved", message: `${name} was ${before} before, which ${place}`, strict: false };
}
