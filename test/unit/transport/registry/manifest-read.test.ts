import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/limits.ts";
import { fetchManifest } from "../../../../src/transport/registry/manifest-read.ts";
import { image } from "../../../support/image-fixture.ts";
import { sessionWith } from "../../../support/registry/session-with.ts";

const { digest, mediaType, bytes } = image().oci;

/** Reads the manifest by its tag from a registry that sends this header with it. */
async function read(header: string) {
  const session = await sessionWith((_, response) =>
    response.writeHead(200, { "content-type": mediaType, "docker-content-digest": header }).end(bytes),
  );
  return await fetchManifest(session, "1", { limits: DEFAULT_LIMITS });
}

test.each(["", digest.replace("sha256:", ""), digest.toUpperCase()])(
  "a digest header of %j, which is not a digest, is ignored",
  async (header) => {
    expect((await read(header)).descriptor).toEqual({ mediaType, digest, size: bytes.length });
  },
);

test("a digest header with the digest of other bytes is refused", async () => {
  await expect(read(digest.replace(/.$/, (last) => (last === "0" ? "1" : "0")))).rejects.toMatchObject({
    code: "DIGEST_MISMATCH",
  });
});
