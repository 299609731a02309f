import { Interruption } from "../interruption.ts";
import type { Surroundings } from "../surroundings.ts";

/**
 * What a flatten is to call when its result is there: whoever interrupts the run after that learns that the result
 * stays.
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
