import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../../src/errors.ts";
import type { Image } from "../../../src/image/image.ts";
import { chainIds } from "../../../src/oci/chain-id.ts";
import { baseByAnnotation } from "../../../src/squash/base-by-annotation.ts";
import { baseByHistory } from "../../../src/squash/base-by-history.ts";
import { baseByNeighbour, listNeighbours, type Neighbour } from "../../../src/squash/base-by-neighbour.ts";
import { createBaseFinder } from "../../../src/squash/find-base.ts";
import { startSquash } from "../../../src/squash/start-squash.ts";
import type { SquashOptions } from "../../../src/squash-options.ts";
import type { Source } from "../../../src/transport/contracts.ts";
import { namedReference } from "../../../src/transport/reference.ts";
import { bindServers, NO_SERVERS } from "../../../src/transport/servers.ts";
import { fakeEngines } from "../../support/fake-engine.ts";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image as fixtureImage } from "../../support/image-fixture.ts";
import { loadFixture } from "../../support/load-fixture.ts";
import { file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

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
    ["above a root filesystem at the bottom", ["ADD debian.tar.xz / # buildkit", "RUN a", 'CMD ["app"]'], 1],
    ["nowhere above a root filesystem that is all", ["ADD debian.tar.xz /", 'CMD ["app"]'], undefined],
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

  test("is the one with the most layers, all of which the image starts with, and has more", async () => {
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

describe("a base that is named", () => {
  const folder = testFolder();
  const engines = fakeEngines(folder);
  const layers = ["a", "b", "c"].map((name) => layer(file(name, name)));
  const app = fixtureImage({ layers });
  const [bottom = "", , top = ""] = app.layers.map(({ diffId }) => diffId);
  const archived = (name: string, ...stack: readonly (typeof layers)[number][]): string =>
    writeArchive(folder.in(name), dockerClassic(fixtureImage({ layers: stack })));
  const start = async (asked: SquashOptions, known: object, servers = NO_SERVERS): Promise<void> => {
    await using context = transportContext(folder.path);
    await startSquash({ asked, from: known as Source, servers }, context);
  };
  const check = (wanted: string, known: object, servers = NO_SERVERS): Promise<void> =>
    start({ base: wanted }, known, servers);

  test("is none of a root filesystem, which has no neighbours", async () => {
    await using context = transportContext(folder.path);
    const from = { reference: { transport: "rootfs", text: "rootfs:folder", path: "folder" } } as Source;
    const finder = createBaseFinder({ wanted: "auto", from, servers: NO_SERVERS }, context);
    await expect(finder.find(await withHistory("COPY ."))).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  test("is looked for among an engine's images with one request for each of them", async () => {
    await using context = transportContext(folder.path);
    const asked: string[] = [];
    const answer: RequestListener = ({ url = "" }, response) => {
      asked.push(url.replace(/^\/v1\.\d+/, ""));
      response.setHeader("content-type", "application/json");
      const listed = ["one", "two"].map((Id) => ({ Id, RepoTags: [`${Id}:1`], Created: 1, Size: 7 }));
      const details = { Id: "one", RootFS: { Layers: [bottom] } };
      response.end(JSON.stringify(url.endsWith("/images/json") ? listed : details));
    };
    const { text: host } = await engines.listen(answer, "1.41");
    const servers = bindServers({ docker: { host } }, new Set());
    const neighbours = await listNeighbours(namedReference("docker-daemon", "app:1"), servers, context);
    expect(neighbours.map(({ names, layers: stack }) => [names, stack.map(({ diffId }) => diffId)])).toEqual([
      [["one:1"], [bottom]],
      [["two:1"], [bottom]],
    ]);
    expect(asked.toSorted()).toEqual(["/images/json", "/images/one/json", "/images/two/json"]);
  });

  const known = { diffIds: app.layers.map(({ diffId }) => diffId), platform: { os: "linux", architecture: "amd64" } };

  test("is refused from an engine's list of diffIDs, before the image is read", async () => {
    const refused = { code: "ARGUMENT_INVALID", details: { hint: expect.stringContaining("share 1 of its 2 layers") } };
    const wrong = archived("wrong.tar", ...layers.slice(0, 1), ...layers.slice(2));
    await expect(check(wrong, known)).rejects.toMatchObject(refused);
    await expect(check(`sha256:${"0".repeat(64)}`, known)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    await expect(check(wrong, { ...known, platform: undefined })).resolves.toBeUndefined();
    await expect(check(wrong, { ...known, diffIds: undefined })).resolves.toBeUndefined();
  });

  test("is not needed to refuse layers that the image does not have, before it is read", async () => {
    await expect(start({ layers: "1-3" }, known)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    await expect(start({ layers: ["0-1", "1-2"] }, known)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    await expect(start({ layers: "1-2" }, known)).resolves.toBeUndefined();
    await expect(start({ layers: "1-3" }, { ...known, diffIds: undefined })).resolves.toBeUndefined();
  });

  test("is reported as no layer's digest, if it looks like one and is not an image either", async () => {
    const nowhere = bindServers({ docker: { host: "unix:///nowhere.sock" } }, new Set());
    await expect(check("abcdef1", known, nowhere)).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      details: {
        base: "abcdef1",
        hint: expect.stringMatching(/^no layer has a digest, diffID or chainID that begins like this/),
      },
    });
  });

  test("passes if it may be right, or is `auto`", async () => {
    const chain = chainIds([bottom, top] as never).at(-1) ?? "";
    await expect(check(chain, known)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    for (const right of [archived("right.tar", ...layers.slice(0, 2)), bottom, top.slice(7, 19), "auto"]) {
      await check(right, known);
    }
  });
});

describe("baseByAnnotation", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const annotated = (annotations: Readonly<Record<string, string>>) =>
    loadFixture({ layers: ["a", "b", "c"], manifest: { annotations } });
  const NAME = "org.opencontainers.image.base.name";
  const DIGEST = "org.opencontainers.image.base.digest";

  test("looks for the digest first, since the tag may have moved", async () => {
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

  test("falls back to the name if the digest is gone, and to none if that is another image by now", async () => {
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

  test.each([[{}], [{ [DIGEST]: digest }], [{ [NAME]: "", [DIGEST]: digest }]])(
    "sends no request where the annotations name none: %j",
    async (annotations) => {
      const image = await annotated(annotations);
      expect(await baseByAnnotation(image, () => Promise.reject(new Error("asked")))).toBeUndefined();
    },
  );
});
