import type { Context } from "../context.ts";
import { loadImages } from "../image/load-images.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../transport/contracts.ts";
import { referenceIn } from "../transport/oci-layout/source.ts";
import { openSource } from "../transport/open-source.ts";
import type { Reference } from "../transport/reference.ts";
import type { Servers } from "../transport/servers.ts";
import type { Verification } from "./verification.ts";
import type { VerifyImagesOptions } from "./verify-images.ts";
import { type LoadedSource, verifyLoaded } from "./verify-loaded.ts";

/** What a destination has committed, and under which reference. */
export interface Committed {
  readonly reference: Reference;
  readonly root: Descriptor;
}

export interface VerifyCommittedOptions extends VerifyImagesOptions {
  readonly servers: Servers;
}

/**
 * Compares a committed result with its source. The result is opened like any image, so that the proof includes what an
 * engine or a registry made of it.
 * @throws what opening and reading throw
 */
export async function verifyCommitted(
  before: LoadedSource,
  committed: Committed,
  options: VerifyCommittedOptions,
  context: Context,
): Promise<Verification> {
  await using source = await openCommitted(committed, options.servers, context);
  const loaded = await loadImages(source, { all: true }, context);
  // Awaited here: otherwise the source would be closed before it is read.
  return await verifyLoaded(before, { source, loaded, view: before.view }, options, context);
}

/** A layout may have several images: finds the one that was written. */
async function openCommitted({ reference: to, root }: Committed, servers: Servers, context: Context): Promise<Source> {
  const alone = to.transport !== "oci" || to.selector !== undefined;
  return openSource(alone ? to : await referenceIn(to.path, root.digest, context), context, servers);
}
