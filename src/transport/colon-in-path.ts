import { TransportError } from "../errors.ts";
import { mayHoldImage } from "./bare-path.ts";
import { type FileReference, reference } from "./reference.ts";

/**
 * Throws the error again; if nothing is there because the path was cut at its colon, with a hint how to type it: the
 * first colon after a transport ends the path, as in containers-transports(5).
 */
export async function colonInPath(error: unknown, { transport, text, selector }: FileReference): Promise<never> {
  if (error instanceof TransportError && error.code === "SOURCE_NOT_FOUND" && selector !== undefined) {
    const whole = text.slice(`${transport}:`.length);
    const { text: typed } = reference(transport, whole);
    const hint = `the first colon ends a path that follows ${transport}: ${typed} is there`;
    if (await mayHoldImage(whole)) error.details = { hint, ...error.details };
  }
  throw error;
}
