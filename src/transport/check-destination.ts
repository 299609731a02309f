import type { Context } from "../context.ts";
import { checkInPlace } from "./check-in-place.ts";
import { type DestinationOptions, openDestination } from "./open-destination.ts";
import { parseReference } from "./parse-reference.ts";

/**
 * Checks `inPlace` against the text of the source, before that is opened. If the source is stdin, also checks whether
 * the destination may be written: all of stdin has to be stored before anything is known about it. Other sources are
 * opened first, because that does not read them.
 * @throws what {@link checkInPlace} and {@link openDestination} throw
 */
export async function checkDestination(
  source: string,
  destination: string | undefined,
  options: DestinationOptions,
  context: Context,
): Promise<void> {
  const from = parseReference(source);
  if (options.inPlace) checkInPlace(from);
  if (!("path" in from) || from.path !== "-" || destination === undefined) return;
  await using _ = await openDestination(destination, options, context);
}
