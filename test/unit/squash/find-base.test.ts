import { describe, expect, test } from "vitest";
import { TransportError } from "../../../src/errors.ts";
import type { Image } from "../../../src/image/image.ts";
import { baseByAnnotation } from "../../../src/squash/base-by-annotation.ts";
import { baseByHistory } from "../../../src/squash/base-by-history.ts";
import { baseByNeighbour, type Neighbour } from "../../../src/squash/base-by-neighbour.ts";
import { loadFixture } from "../../support/load-fixture.ts";

const withHistory = (...steps: readonly string[]): Promise<Image> => {
  const made = steps.filter((step) => /^(?:RUN|COPY|ADD)/.test(step));
  const history = steps.map((step) => ({ created_by: step, ...(made.includes(step) ? {} : { empty_layer: true }) }));
  return loadFixture({ layers: made, config: { os: "linux", architecture: "amd64", history } });
};

describe("baseByHistory", () => {
  test.each<[string, string[], number | undefined]>([
    ["after the base's command", ["ADD base", 'CMD ["bash"]', "RUN a", "COPY b", 'CMD ["app"]'], 1],
    ["after the last of several bases", ["ADD base", 'CMD ["bash"]', "RUN node", 'CMD ["node"]', "COPY app"], 2],
    ["as Docker's old builder wrote it", ["ADD base", '/bin/sh -c #(nop)  CMD ["bash"]', "RUN a"], 1],
    ["after an entry point", ["ADD base", 'ENTRYPOINT ["tini"]', "RUN a"], 1],
    ["nowhere without a command between layers", ["ADD base", "RUN a", 'CMD ["app"]'], undefined],
    ["nowhere without layers before it", ['CMD ["app"]', "RUN a"], undefined],
    ["nowhere by the text of another step", ["RUN echo CMD", "RUN a"], undefined],
  ])("finds the end of the base %s", async (_, steps, expected) => {
    expect(baseByHistory(await withHistory(...steps))?.layers).toBe(expected);
  });
});

describe("baseByNeighbour", () => {
  const neighbour = (name: string, layers: Image["layers"]): Neighbour => ({
    names: [name],
    id: name,
    layers: layers.map(({ diffId }) => ({ diffId, chainId: diffId as never })),
  });

  test("is the one with the most layers that the image starts with and has more than", async () => {
    const { layers } = await loadFixture({ layers: ["a", "b", "c", "d"] });
    const other = await loadFixture({ layers: ["a", "x"] });
    const neighbours = [
      neighbour("itself", layers),
      neighbour("short", layers.slice(0, 1)),
      neighbour("z-long", layers.slice(0, 3)),
      neighbour("long", layers.slice(0, 3)),
      neighbour("other", other.layers),
      neighbour("empty", []),
    ];
    const image = await loadFixture({ layers: ["a", "b", "c", "d"] });
    expect(baseByNeighbour(image, neighbours)).toMatchObject({ layers: 3, how: "neighbour", name: "long" });
    expect(baseByNeighbour(image, neighbours.slice(4))).toBeUndefined();
  });
});

describe("baseByAnnotation", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const annotated = (annotations: Readonly<Record<string, string>>) =>
    loadFixture({ layers: ["a", "b", "c"], manifest: { annotations } });
  const NAME = "org.opencontainers.image.base.name";
  const DIGEST = "org.opencontainers.image.base.digest";

  test("asks for the digest first, since the tag may have moved", async () => {
    const base = await loadFixture({ layers: ["a", "b"] });
    const asked: string[] = [];
    const image = await annotated({ [NAME]: "registry.example:5000/base:1", [DIGEST]: digest });
    const found = await baseByAnnotation(image, async (reference) => {
      asked.push(reference);
      return [{ layers: base.layers, digest: base.manifest.descriptor.digest }];
    });
    expect(asked).toEqual([`docker://registry.example:5000/base@${digest}`]);
    expect(found).toMatchObject({ layers: 2, how: "annotation", digest: base.manifest.descriptor.digest });
  });

  test("goes on to the name where the digest is gone, and to nothing where that is another image by now", async () => {
    const other = await loadFixture({ layers: ["a", "x"] });
    const image = await annotated({ [NAME]: "registry.example/base:1", [DIGEST]: digest });
    const asked: string[] = [];
    const found = await baseByAnnotation(image, async (reference) => {
      asked.push(reference);
      if (reference.includes("@")) throw new TransportError("SOURCE_NOT_FOUND", "gone");
      return [other];
    });
    expect([asked.length, found]).toEqual([2, undefined]);
  });

  test("asks nobody where nothing is annotated", async () => {
    const image = await annotated({});
    expect(await baseByAnnotation(image, () => Promise.reject(new Error("asked")))).toBeUndefined();
  });
});
