import type { Source } from "./contracts.ts";

/** What an engine saved, without what identifies the image in the engine. */
export type SavedImage = Omit<Source, keyof EngineIdentity>;

/** What is known about an image of an engine before it is saved. */
export type EngineIdentity = Pick<Source, "reference" | "names" | "view" | "diffIds" | "id" | "platform">;

/** A source that reads what an engine saved and is identified as the engine's image. */
export function engineSource(saved: SavedImage, identity: EngineIdentity): Source {
  return {
    ...identity,
    get madeManifest() {
      // An engine that keeps layers unpacked makes a new manifest whenever it saves an image.
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
