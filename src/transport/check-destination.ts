import type { Context } from "../context.ts";
import { type DestinationOptions, openDestination } from "./open-destination.ts";
import { parseReference } from "./parse-reference.ts";

/**
 * Asks a destination whether it may be written, before stdin is read: nothing is known of what comes there until all of it is kept. Every other source says what it is without being read, and is
 * opened first.
 * @throws what {@link openDestination} throws
 */
export async function checkDestination(
  source: string,
  destination: string | undefined,
  options: DestinationOptions,
  context: Context,
): Promise<void> {
  const from = parseReference(source);
  if (!("path" in from) || from.path !== "-" || destination === undefined) return;
  await using _ = await openDestination(destination, options, context);
}
