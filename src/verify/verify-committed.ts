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

/** What a destination was told to make visible, and under which reference. */
export interface Committed {
  readonly reference: Reference;
  readonly root: Descriptor;
}

export interface VerifyCommittedOptions extends VerifyImagesOptions {
  readonly servers: Servers;
}

/**
 * Holds a result against its source, after it was committed: opened as anybody would open it, so that what an engine or
 * a registry made of it is part of the proof.
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
  // Awaited here, or the source would be closed before it is read.
  return await verifyLoaded(before, { source, loaded, view: before.view }, options, context);
}

/** In a layout a folder alone may mean several images: there the one is looked for that was written. */
async function openCommitted({ reference: to, root }: Committed, servers: Servers, context: Context): Promise<Source> {
  if (to.transport !== "oci" || to.selector !== undefined) return openSource(to.text, context, servers);
  for (let position = 0; ; position += 1) {
    const source = await openSource(reference("oci", to.path, { position }).text, context);
    if ((await source.resolve()).digest === root.digest) return source;
    await source[Symbol.asyncDispose]();
  }
}
