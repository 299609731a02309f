import { UsageError } from "../errors.ts";
import { isBareName } from "./parse-reference.ts";
import type { BarePath, Reference } from "./reference.ts";

/**
 * Refuses `--in-place` if no name of the source can move to the result: names move only inside Docker or podman. A bare
 * name passes, because what it means is known only when it is opened.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkInPlace(from: Reference | BarePath, to?: Reference): void {
  if (!mayBeInEngine(from)) {
    const what = from.transport === undefined ? from.path : from.text;
    throw refusal(`--in-place is for an image in Docker or podman, and ${what} is not one`);
  }
  if (from.transport === undefined || to === undefined || to.transport === from.transport) return;
  throw refusal(`--in-place and ${to.text} contradict each other: a name moves only inside the engine that has it`);
}

function mayBeInEngine(from: Reference | BarePath): boolean {
  if (from.transport === undefined) return isBareName(from.path);
  return from.transport === "docker-daemon" || from.transport === "podman";
}

function refusal(message: string): UsageError {
  const hint = "leave --in-place out; --force replaces what is at the destination";
  return new UsageError("ARGUMENT_INVALID", message, { details: { hint } });
}
