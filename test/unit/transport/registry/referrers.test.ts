import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/limits.ts";
import type { Digest } from "../../../../src/oci/digest.ts";
import { registryReferrers } from "../../../../src/transport/registry/referrers.ts";
import { artifact, cosignSignature, referrersIndex, tagOf } from "../../../support/attached.ts";
import { type FixtureBlob, image } from "../../../support/image-fixture.ts";
import { sessionWith } from "../../../support/registry/session-with.ts";

const { oci: signed } = image();
const subject = signed.digest as Digest;
const notation = artifact(signed, "application/vnd.cncf.notary.signature");
const spdx = artifact(signed, "application/spdx+json");

const search = { limits: DEFAULT_LIMITS, signal: new AbortController().signal };

function send(response: ServerResponse, { mediaType, digest, bytes }: FixtureBlob): void {
  response.writeHead(200, { "content-type": mediaType, "docker-content-digest": digest }).end(bytes);
}

/**
 * What is asked of a registry that has documents at some paths below `/v2/team/app/`, and answers any other with a
 * status.
 */
async function registryOf(documents: Readonly<Record<string, FixtureBlob>>, status = 404) {
  const asked: string[] = [];
  const session = await sessionWith(({ url = "", method }, response) => {
    const path = url.replace("/v2/team/app/", "");
    asked.push(`${method} ${path}`);
    const found = documents[path];
    if (found === undefined) response.writeHead(status).end();
    else send(response, found);
  });
  return { asked, found: () => registryReferrers(session, subject, search) };
}

describe("the referrers of an image in a registry", () => {
  test("are what the referrers API lists, and then the referrers tag is not requested", async () => {
    const { asked, found } = await registryOf({ [`referrers/${subject}`]: referrersIndex(notation, spdx) });
    expect(await found()).toMatchObject([
      {
        what: "signature",
        artifactType: "application/vnd.cncf.notary.signature",
        descriptor: { digest: notation.manifest.digest },
      },
      { what: "sbom", artifactType: "application/spdx+json" },
    ]);
    expect(asked.toSorted()).toEqual([
      `GET referrers/${subject}`,
      ...[".att", ".sbom", ".sig"].map((suffix) => `HEAD manifests/${tagOf(subject, suffix)}`),
    ]);
  });

  test("are read page by page", async () => {
    const session = await sessionWith(({ url = "" }, response) => {
      if (!url.includes("/referrers/")) return response.writeHead(404).end();
      const more = !url.includes("page=2");
      if (more) response.setHeader("link", `<${url}?page=2>; rel="next"`);
      return send(response, referrersIndex(more ? notation : spdx));
    });
    expect(await registryReferrers(session, subject, search)).toMatchObject([{ what: "signature" }, { what: "sbom" }]);
  });

  test.each([400, 401, 403, 404, 405, 406, 501])(
    "are what the referrers tag lists if the API answers %i",
    async (status) => {
      const { found } = await registryOf({ [`manifests/${tagOf(subject)}`]: referrersIndex(spdx) }, status);
      expect(await found()).toMatchObject([{ what: "sbom" }]);
    },
  );

  test.each([403, 404])("are an error if a page but the first is answered with %i", async (status) => {
    const session = await sessionWith(({ url = "" }, response) => {
      if (!url.includes("/referrers/") || url.includes("page=2")) return response.writeHead(status).end();
      response.setHeader("link", `<${url}?page=2>; rel="next"`);
      return send(response, referrersIndex(notation));
    });
    await expect(registryReferrers(session, subject, search)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(/page=REDACTED is not the next page of referrers$/),
    });
  });

  test("are not read from a web page", async () => {
    const session = await sessionWith((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    );
    expect(await registryReferrers(session, subject, search)).toEqual([]);
  });

  test("are what the referrers tag lists if the API redirects to a website that refuses", async () => {
    const website = await sessionWith((_, response) => response.writeHead(429, { "retry-after": "60" }).end("<html>"));
    const location = new URL("/v2/packages", website.base).href;
    const session = await sessionWith(({ url = "" }, response) => {
      if (url.includes("/referrers/")) response.writeHead(303, { location }).end();
      else if (url.endsWith(tagOf(subject))) send(response, referrersIndex(spdx));
      else response.writeHead(404).end();
    });
    expect(await registryReferrers(session, subject, search)).toMatchObject([{ what: "sbom" }]);
  });

  test("are not the image itself, which GitLab returns for the referrers tag", async () => {
    const index = referrersIndex(notation, spdx);
    const session = await sessionWith(({ url = "" }, response) => {
      if (url.endsWith(tagOf(index.digest))) send(response, index);
      else response.writeHead(404).end();
    });
    expect(await registryReferrers(session, index.digest as Digest, search)).toEqual([]);
  });

  test("are also what cosign put under its tags, each manifest once", async () => {
    const signature = cosignSignature(subject);
    const { found } = await registryOf({
      [`referrers/${subject}`]: referrersIndex(notation),
      [`manifests/${tagOf(subject, ".sig")}`]: signature.manifest,
      [`manifests/${tagOf(subject, ".att")}`]: notation.manifest,
    });
    const tag = tagOf(subject, ".sig");
    expect(await found()).toMatchObject([
      { artifactType: "application/vnd.cncf.notary.signature" },
      { what: "signature", artifactType: "application/vnd.dev.cosign.simplesigning.v1+json", tag },
    ]);
  });

  test("are an error if the registry fails", async () => {
    const { found } = await registryOf({}, 500);
    await expect(found()).rejects.toMatchObject({ code: "TRANSPORT_FAILED", details: { status: 500 } });
  });

  test("are not read without end", async () => {
    const session = await sessionWith(({ url = "" }, response) => {
      response.setHeader("link", `<${url.replace(/\?.*/, "")}?next>; rel="next"`);
      send(response, referrersIndex(notation, spdx));
    });
    const few = { ...search, limits: { ...DEFAULT_LIMITS, indexEntries: 5 } };
    await expect(registryReferrers(session, subject, few)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  test("are given up at once after an abort", async () => {
    const session = await sessionWith(() => {});
    const given = new AbortController();
    const found = registryReferrers(session, subject, { ...search, signal: given.signal });
    given.abort(new Error("nobody waits"));
    await expect(found).rejects.toThrow("nobody waits");
  });
});
