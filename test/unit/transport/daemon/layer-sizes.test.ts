import { expect, test } from "vitest";
import { layerSizes } from "../../../../src/transport/daemon/layer-sizes.ts";

const steps = (...made: readonly [createdBy: string, size: number][]) =>
  made.map(([createdBy, size]) => ({ createdBy, size }));

test("steps that made bytes are layers, and the others are not", () => {
  const history = steps(["ADD rootfs", 100], ["ENV a=b", 0], ["RUN make", 20], ["CMD [x]", 0]);
  expect(layerSizes(history, 2)).toEqual([100, 20]);
});

test("a layer without bytes is that of a step which makes layers, in either builder's words", () => {
  const classic = steps(
    ["/bin/sh -c #(nop) ADD file", 100],
    ["/bin/sh -c #(nop)  ENV a=b", 0],
    ["/bin/sh -c rm /x", 0],
    ["COPY y", 5],
  );
  expect(layerSizes(classic, 3)).toEqual([100, 0, 5]);
  const buildkit = steps(["LABEL a=b", 0], ["ADD rootfs", 100], ["RUN /bin/sh -c rm /x # buildkit", 0]);
  expect(layerSizes(buildkit, 2)).toEqual([100, 0]);
});

test("where that is not enough, any step may have made one", () => {
  expect(layerSizes(steps(["ENV a=b", 0], ["RUN x", 7]), 2)).toEqual([0, 7]);
});

test("a flat image has its one layer, whatever its history was", () => {
  expect(layerSizes(steps(["ADD rootfs", 0], ["RUN x", 0], ["planish flatten", 42]), 1)).toEqual([42]);
});

test("a history that does not fit the layers tells nothing", () => {
  expect(layerSizes([], 1)).toBeUndefined();
  expect(layerSizes(steps(["ADD a", 1], ["ADD b", 2]), 1)).toBeUndefined();
});
