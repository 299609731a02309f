import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { images } from "../../../src/images/images.ts";
import { blob, image } from "../../support/image-fixture.ts";

const app = image({ compression: "gzip" });

/** A registry of three repositories, of which one has no tag left and one is somebody else's. */
const answer: RequestListener = ({ url = "" }, response) => {
  const config = blob("application/json", app.config);
  const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
  if (url.startsWith("/v2/_catalog")) return send(200, { repositories: ["empty", "secret", "team/app"] });
  if (url.startsWith("/v2/empty/")) return send(404, { errors: [{ code: "NAME_UNKNOWN" }] });
  if (url.startsWith("/v2/secret/")) return send(403, { errors: [{ code: "DENIED" }] });
  if (url.startsWith("/v2/team/app/tags/")) return send(200, { tags: ["1"] });
  if (!/\/(manifests|blobs)\//.test(url)) return send(200, {});
  const found = url.includes("/manifests/") ? app.oci : config;
  return response.writeHead(200, { "content-type": found.mediaType }).end(found.bytes);
};

const started = async (asked: string[] = [], answerAs = answer): Promise<string> => {
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answerAs(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test("the images of a registry are listed beside repositories that are empty or not for everybody", async () => {
  const asked: string[] = [];
  const host = await started(asked);
  const { images: found, diagnostics } = await images(`docker://${host}`);
  expect(found.map(({ names }) => names)).toEqual([[`${host}/team/app:1`]]);
  expect(diagnostics).toEqual([
    { rule: "image-unreadable", message: expect.stringMatching(/\/secret cannot be read: .*DENIED/), strict: false },
  ]);
  // How the registry is reached is the same for all of its repositories.
  expect(asked.filter((url) => url === "/v2/")).toHaveLength(1);
});

test("one image of a registry is listed, or it is an error if it does not exist", async () => {
  const host = await started();
  const { images: found } = await images(`docker://${host}/team/app:1`);
  expect(found.map(({ names }) => names)).toEqual([[`${host}/team/app:1`]]);
  await expect(images(`docker://${host}/empty:1`)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
});

test("manifests of tags that a pattern excludes are not read", async () => {
  const asked: string[] = [];
  const host = await started(asked);
  const { images: found } = await images(`docker://${host}`, { references: ["*/team/app:2"] });
  expect(found).toEqual([]);
  expect(asked.filter((url) => /\/(manifests|blobs)\//.test(url))).toEqual([]);
});

/** The same registry, where the repository has forty tags of one image. */
const manyTags: RequestListener = (request, response) => {
  const tags = Array.from({ length: 40 }, (_, at) => `1.${at}`);
  if (!request.url?.startsWith("/v2/team/app/tags/")) return answer(request, response);
  return response.writeHead(200).end(JSON.stringify({ tags }));
};

test("an image with many tags is read once, except for its manifest", async () => {
  const asked: string[] = [];
  const host = await started(asked, manyTags);
  const { images: found } = await images(`docker://${host}/team/app`);
  expect(found.map(({ names }) => names.length)).toEqual([40]);
  expect(asked.filter((url) => url.includes("/manifests/"))).toHaveLength(40);
  expect(asked.filter((url) => url.includes("/blobs/"))).toHaveLength(1);
});

test("a registry that limits its requests is not asked about all other images", async () => {
  const asked: string[] = [];
  const host = await started(asked, (request, response) => {
    if (!request.url?.includes("/manifests/")) return manyTags(request, response);
    return response.writeHead(429, { "retry-after": "21600" }).end("{}");
  });
  await expect(images(`docker://${host}/team/app`)).rejects.toMatchObject({ details: { status: 429 } });
  expect(asked.filter((url) => url.includes("/manifests/")).length).toBeLessThan(40);
});
