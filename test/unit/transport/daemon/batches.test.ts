import { expect, test } from "vitest";
import { batchesOf } from "../../../../src/transport/daemon/batches.ts";

/** An image with these layers and their sizes. */
const image = (name: string, layers: Readonly<Record<string, number>>, { unknown = false } = {}) => {
  const sizes = Object.values(layers);
  const size = sizes.reduce((sum, each) => sum + each, 0);
  return { name, diffIds: Object.keys(layers), size, ...(!unknown && { sizes }) };
};
type Images = Parameters<typeof batchesOf<ReturnType<typeof image>>>[0];
const named = (images: Images): string[] => batchesOf(images).map((batch) => batch.map(({ name }) => name).join(" "));

test("images that share a layer are saved together, whatever is between them, and others alone", () => {
  const images = [
    image("a", { debian: 80, a: 9 }),
    image("x", { alpine: 5, x: 1 }),
    image("b", { debian: 80, b: 9 }),
    image("y", { y: 3 }),
    image("z", { alpine: 5, z: 1 }),
  ];
  expect(named(images)).toEqual(["a b", "x z", "y"]);
});

test("the images of a batch take at most twice as much as the largest of them", () => {
  const images = Array.from({ length: 25 }, (_, at) => image(`${at}`, { base: 100, [`own-${at}`]: 10 }));
  expect(batchesOf(images).map(({ length }) => length)).toEqual([12, 12, 1]);
  const large = image("large", { base: 100, huge: 800 });
  expect(batchesOf([...images, large]).map(({ length }) => length)).toEqual([12, 12, 2]);
});

test("an image that has no room ends its batch, so that images with equal layers stay in their order", () => {
  const large = ["a", "b", "c"].map((name) => image(name, { base: 10, [name]: 90 }));
  expect(named([...large, image("small", { base: 10, s: 1 })])).toEqual(["a b", "c small"]);
});

test("an empty layer, which many images have, is nothing that they share", () => {
  expect(named([image("a", { a: 9, empty: 0 }), image("b", { b: 9, empty: 0 })])).toEqual(["a", "b"]);
});

test("an image whose layers have unknown sizes is expected to add all of its bytes", () => {
  const images = ["a", "b", "c"].map((name) => image(name, { base: 100, [name]: 1 }, { unknown: true }));
  expect(named(images)).toEqual(["a b", "c"]);
});

test("at most a hundred images are saved together", () => {
  const images = Array.from({ length: 201 }, (_, at) => image(`${at}`, { base: 100 }));
  expect(batchesOf(images).map(({ length }) => length)).toEqual([100, 100, 1]);
});
