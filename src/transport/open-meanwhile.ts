import type { Context } from "../context.ts";
import type { Destination, Source } from "./contracts.ts";
import { type DestinationOptions, openDestination } from "./open-destination.ts";
import { openSource } from "./open-source.ts";
import { parseReference } from "./parse-reference.ts";
import type { Servers } from "./servers.ts";

/**
 * An opening that was begun while something else is opened, because several round trips to a registry lie before it is
 * done. Disposing it gives the opening up, unless its result was taken.
 */
export interface Meanwhile<Opened> extends AsyncDisposable {
  /** What was opened, which belongs to the caller from then on. Throws what the opening threw. */
  take(): Promise<Opened>;
}

/**
 * Begins to open a destination in a registry, before its source is open. Undefined for any other destination, and if
 * only opening the source tells where it is: blobs are mounted if that is the same registry.
 * @throws ReferenceInvalidError REFERENCE_INVALID
 */
export function destinationMeanwhile(
  source: string,
  destination: string | undefined,
  options: DestinationOptions,
  context: Context,
): Meanwhile<Destination> | undefined {
  const from = parseReference(source);
  if (from.transport === undefined || destination === undefined || !isInRegistry(destination)) return undefined;
  return meanwhile((own) => openDestination(destination, { ...options, like: from }, own), context);
}

/**
 * Begins to open a source in a registry, before another source is open; undefined for any other.
 * @throws ReferenceInvalidError REFERENCE_INVALID
 */
export function sourceMeanwhile(named: string, context: Context, servers: Servers): Meanwhile<Source> | undefined {
  return isInRegistry(named) ? meanwhile((own) => openSource(named, own, servers), context) : undefined;
}

function isInRegistry(named: string): boolean {
  return parseReference(named).transport === "docker";
}

function meanwhile<Opened extends AsyncDisposable>(
  open: (context: Context) => Promise<Opened>,
  context: Context,
): Meanwhile<Opened> {
  const given = new AbortController();
  const opening = open({ ...context, signal: AbortSignal.any([context.signal, given.signal]) });
  // `take` rethrows the error; until it is called, the rejection must not count as unhandled.
  opening.catch(() => {});
  let taken = false;
  return {
    take() {
      taken = true;
      return opening;
    },
    async [Symbol.asyncDispose]() {
      if (taken) return;
      given.abort(new Error("nobody wants what was opened"));
      await opening.then(
        (opened) => opened[Symbol.asyncDispose](),
        () => {},
      );
    },
  };
}
