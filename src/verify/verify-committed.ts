import type { Context } from "../context.ts";
import { loadImages } from "../image/load-images.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../transport/contracts.ts";
import { openSource } from "../transport/open-source.ts";
import { type Reference, reference } from "../transport/reference.ts";
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
  if (to.transport !== "oci" || to.selector !== undefined) return openSource(to, context, servers);
  for (let position = 0; ; position += 1) {
    const source = await openSource(reference("oci", to.path, { position }), context, servers);
    if ((await source.resolve()).digest === root.digest) return source;
    await source[Symbol.asyncDispose]();
  }
}
