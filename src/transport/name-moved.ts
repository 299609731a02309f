import type { Diagnostic } from "../diagnostic.ts";

/**
 * That a name was another image's, and which: whoever wants that one back, or its bytes gone, needs to know. `place`
 * says where it still is.
 */
export function nameMoved(name: string, before: string, place: string): Diagnostic {
  return { rule: "name-moved", message: `${name} was ${before} before, which ${place}`, strict: false };
}
