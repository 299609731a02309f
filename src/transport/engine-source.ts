import type { Source } from "./contracts.ts";

/** The source that reads what an engine saved, as the image of the engine that it is. */
export function engineSource(saved: Source, identity: Pick<Source, "reference" | "names" | "view">): Source {
  return {
    ...identity,
    // An engine that keeps layers unpacked makes a manifest for whoever saves an image.
    madeManifest: saved.madeManifest === true || identity.view === "overlay2",
    diagnostics: saved.diagnostics,
    resolve: () => saved.resolve(),
    readBlob: (blob) => saved.readBlob(blob),
    locateBlob: async (blob) => saved.locateBlob?.(blob),
    [Symbol.asyncDispose]: () => saved[Symbol.asyncDispose](),
  };
}
