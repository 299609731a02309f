import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { images } from "../../../src/images/images.ts";
import type { ProgressEvent } from "../../../src/index.ts";
import { openPlace } from "../../../src/transport/open-place.ts";
import { bindServers } from "../../../src/transport/servers.ts";
import { blob, image } from "../../support/image-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
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

test("an image that the registry cannot serve does not keep the others from being listed", async () => {
  const host = await started([], (request, response) => {
    if (!request.url?.endsWith("/manifests/1.7")) return manyTags(request, response);
    return response.writeHead(500).end(JSON.stringify({ errors: [{ code: "UNKNOWN" }] }));
  });
  const registry = { retry: { retries: 0, base: 0, cap: 0, retryAfterCap: 0 } };
  const { images: found, diagnostics } = await images(`docker://${host}/team/app`, { registry });
  expect(found.map(({ names }) => names.length)).toEqual([39]);
  expect(diagnostics).toMatchObject([{ message: expect.stringMatching(/app:1\.7 cannot be read: .* 500/) }]);
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

describe("a registry of forty repositories", () => {
  const paths = Array.from({ length: 40 }, (_, at) => `team/app${at}`);

  /** Answers like a registry in which each repository has one tag; `tags` answers for the tags of one instead. */
  const fortyRepositories =
    (tags: (path: string, response: ServerResponse) => void): RequestListener =>
    (request, response) => {
      const url = request.url ?? "";
      if (url.startsWith("/v2/_catalog")) return response.end(JSON.stringify({ repositories: paths }));
      const path = /^\/v2\/(.*)\/tags\/list/.exec(url)?.[1];
      return path === undefined ? answer(request, response) : tags(path, response);
    };

  test("is asked for the tags of several of them at a time, and listed in its order", async () => {
    let [waiting, most] = [0, 0];
    const host = await started([], (request, response) =>
      fortyRepositories((path, tags) => {
        waiting += 1;
        most = Math.max(most, waiting);
        setTimeout(
          () => {
            waiting -= 1;
            tags.end(JSON.stringify({ tags: [path === "team/app7" ? "later" : "1"] }));
          },
          path === "team/app0" ? 50 : 5,
        );
      })(request, response),
    );
    const place = { kind: "registry", text: `docker://${host}/`, registry: host } as const;
    const context = transportContext(folder.path);
    await using open = await openPlace(place, context, bindServers({}, new Set([host])));
    const names: string[] = [];
    for await (const { text } of open.sources) names.push(text);
    expect(names).toEqual(paths.map((path, at) => `${host}/${path}:${at === 7 ? "later" : "1"}`));
    expect(most).toBeGreaterThan(1);
  });

  test("is not asked about all of them if it limits its requests", async () => {
    const asked: string[] = [];
    const limited = fortyRepositories((path, response) =>
      path === "team/app3"
        ? response.writeHead(429, { "retry-after": "21600" }).end("{}")
        : response.end(JSON.stringify({ tags: ["1"] })),
    );
    const host = await started(asked, limited);
    await expect(images(`docker://${host}`)).rejects.toMatchObject({ details: { status: 429 } });
    expect(asked.filter((url) => url.includes("/tags/")).length).toBeLessThan(paths.length);
  });
});

test("it is reported how many of the images that are known so far have been begun", async () => {
  const reported: ProgressEvent[] = [];
  const host = await started([], manyTags);
  await images(`docker://${host}/team/app`, { onProgress: (event) => void reported.push(event) });
  const label = `docker://${host}/team/app:1.0`;
  expect(reported).toHaveLength(40);
  expect(reported[0]).toEqual({ type: "image", label, number: 1, total: expect.any(Number) });
  expect(reported.at(-1)).toMatchObject({ number: 40, total: 40 });
});
