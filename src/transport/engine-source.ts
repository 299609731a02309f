import type { Source } from "./contracts.ts";

/** What an engine saved, by whatever name it is asked for. */
export type SavedImage = Omit<Source, keyof EngineIdentity>;

/** What is known of an image of an engine before it is saved. */
export type EngineIdentity = Pick<Source, "reference" | "names" | "view" | "diffIds" | "id" | "platform">;

/** The source that reads what an engine saved, as the image of the engine that it is. */
export function engineSource(saved: SavedImage, identity: EngineIdentity): Source {
  return {
    ...identity,
    get madeManifest() {
      // An engine that keeps layers unpacked makes a manifest for whoever saves an image.
      return saved.madeManifest === true || identity.view === "overlay2";
    },
    get diagnostics() {
      return saved.diagnostics;
    },
    resolve: () => saved.resolve(),
    readBlob: (blob) => saved.readBlob(blob),
    locateBlob: async (blob) => saved.locateBlob?.(blob),
    watchArrivals: (watcher) => saved.watchArrivals?.(watcher),
    [Symbol.asyncDispose]: () => saved[Symbol.asyncDispose](),
  };
}
