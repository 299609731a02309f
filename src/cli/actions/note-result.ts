import { Interruption } from "../interruption.ts";
import type { Surroundings } from "../surroundings.ts";

/**
 * A callback for the commit of a flatten's result: if the run is interrupted after the commit, the error says that the
 * result stays.
 */
export function noteResult({ signal }: Pick<Surroundings, "signal">): (reference: string) => void {
  return (reference) => {
    const note = (): void => {
      const { reason } = signal;
      if (reason instanceof Interruption) reason.state = `the result is in ${reference}`;
    };
    if (signal.aborted) note();
    else signal.addEventListener("abort", note, { once: true });
  };
}
