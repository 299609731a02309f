import type { Image } from "../../src/image/image.ts";
import { loadImages } from "../../src/image/load-images.ts";
import { type ImageFixture, memoryStore, storeImage, testContext } from "./memory-source.ts";

/** Loads a fixture in memory as an image. */
export async function loadFixture(fixture: ImageFixture): Promise<Image> {
  const store = memoryStore();
  const { images } = await loadImages(store.source(storeImage(store, fixture)), { all: false }, testContext());
  const [image] = images;
  if (image === undefined) throw new Error("loadImages gives at least one image");
  return image;
}
