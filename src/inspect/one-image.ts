import type { Context } from "../context.ts";
import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import type { Image } from "../image/image.ts";
import { type LoadedImages, loadImages } from "../image/load-images.ts";
import type { Source } from "../transport/contracts.ts";
import type { Meanwhile } from "../transport/open-meanwhile.ts";
import { openSource } from "../transport/open-source.ts";
import type { Servers } from "../transport/servers.ts";

/** One image and the source that it is in, which is closed with it. */
export interface OneImage extends AsyncDisposable {
  readonly from: Source;
  readonly loaded: LoadedImages;
  readonly image: Image;
}

interface Asked {
  readonly options: Pick<RunOptions, "platforms">;
  readonly servers: Servers;
  /** The opening of the source, if it was begun already. */
  readonly meanwhile?: Meanwhile<Source> | undefined;
}

/**
 * Opens a source and loads one image of it: of an index that for `platforms`, else for linux on this architecture.
 * @throws FlattenError of the stage open
 */
export function openOneImage(
  source: string,
  { options, servers, meanwhile }: Asked,
  context: Context,
): Promise<OneImage> {
  return inStage("open", async () => {
    const from = await (meanwhile?.take() ?? openSource(source, context, servers));
    try {
      const loaded = await loadImages(from, { platforms: options.platforms, all: false }, context);
      const [image] = loaded.images;
      if (image === undefined) throw new Error("no image was loaded");
      return { from, loaded, image, [Symbol.asyncDispose]: () => from[Symbol.asyncDispose]() };
    } catch (error) {
      await from[Symbol.asyncDispose]();
      throw error;
    }
  });
}
