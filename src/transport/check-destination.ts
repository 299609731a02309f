import type { Context } from "../context.ts";
import { checkInPlace } from "./check-in-place.ts";
import { type DestinationOptions, openDestination } from "./open-destination.ts";
import { parseReference } from "./parse-reference.ts";

/**
 * Checks before the source is opened what its text tells of `inPlace`; and asks a destination whether it may be
 * written, before stdin is read: nothing is known of what comes there until all of it is kept. Every other source says
 * what it is without being read, and is opened first.
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
