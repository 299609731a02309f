import type { Context } from "../context.ts";
import { isFlattenError } from "../errors.ts";
import { ambiguous, mayHoldImage } from "../transport/bare-path.ts";
import { type Place, parsePlace } from "../transport/place.ts";
import type { TransportOptions } from "../transport/transport-options.ts";

/**
 * The place that a text means. A bare name is the file or the layout of this name if there is one, else a repository in
 * Docker.
 * @throws ReferenceInvalidError REFERENCE_INVALID, also if both exist; TransportError TRANSPORT_FAILED
 */
export async function findPlace(text: string, options: TransportOptions, context: Context): Promise<Place> {
  const place = parsePlace(text);
  if (place.kind !== "engine" || place.name !== text || !(await mayHoldImage(text))) return place;
  const { imagesHere } = await import("./list-engine.ts");
  const inDocker = await imagesHere(place, options, context).catch((error: unknown) => {
    if (isFlattenError(error) && error.code === "DAEMON_UNREACHABLE") return undefined;
    throw error;
  });
  if (inDocker !== undefined && inDocker.images.length > 0) throw ambiguous(text);
  return { kind: "file", text, reference: { path: text } };
}
