import type { RequestListener } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ImagesFilter } from "../../../src/images/filter-images.ts";
import { images } from "../../../src/images/images.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { fakeEngines } from "../../support/fake-engine.ts";
import { testFolder } from "../../support/test-folder.ts";

const engines = fakeEngines(testFolder());
const ids = Array.from({ length: 40 }, (_, at) => sha256(`image ${at}`));

interface Told {
  readonly place?: string;
  readonly filter?: ImagesFilter;
  readonly onRequest?: (url: string) => void;
}

/** Docker with 40 images, which answers some requests as told. */
async function listWith(answers: Readonly<Record<string, number>>, { place, filter, onRequest }: Told = {}) {
  const answer: RequestListener = ({ url = "" }, response) => {
    onRequest?.(url);
    const path = decodeURIComponent(url);
    const status = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1] ?? 200;
    response.writeHead(status, { "content-type": "application/json" });
    if (status !== 200) response.end(JSON.stringify({ message: "no such image" }));
    else if (url.includes("/images/json")) response.end(JSON.stringify(ids.map(listedAs)));
    else if (url.endsWith("/history")) response.end(JSON.stringify([{ Size: 7 }]));
    else response.end(JSON.stringify({ Id: "image", RootFS: { Layers: [sha256("layer")] } }));
  };
  const { text } = await engines.listen(answer, "1.41");
  return images(place, { ...filter, docker: { host: text } });
}

const listedAs = (id: string, at: number) => ({ Id: id, RepoTags: [`app:${at}`], Created: at, Size: 7 });

test("images that are removed while they are listed are left out", async () => {
  const { images: found, size } = await listWith({ [`${ids[3]}/json`]: 404, [`${ids[5]}/history`]: 404 });
  expect(found).toHaveLength(38);
  expect(size).toBe(7);
});

test("an engine that fails is not asked about all other images", async () => {
  let requests = 0;
  const failed = listWith({ [`${ids[0]}/json`]: 500 }, { onRequest: () => (requests += 1) });
  await expect(failed).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
  await delay(100);
  expect(requests).toBeLessThan(ids.length);
});

test.each([
  ["docker-daemon", { references: ["app:1?"] }, 10],
  ["docker-daemon:app:7", {}, 1],
  ["docker-daemon", { dangling: true }, 0],
] as const)("of %s with %o, the engine is asked only about images that match", async (place, filter, matching) => {
  const asked: string[] = [];
  const { images: found } = await listWith({}, { place, filter, onRequest: (url) => asked.push(url) });
  expect(found).toHaveLength(matching);
  expect(asked.filter((url) => /\/images\/.+\/(json|history)$/.test(url))).toHaveLength(2 * matching);
});
