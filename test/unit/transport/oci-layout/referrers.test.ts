import { describe, expect, test } from "vitest";
import type { Digest } from "../../../../src/oci/digest.ts";
import { openSource } from "../../../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../../../src/transport/servers.ts";
import { artifact, cosignSignature, referrersIndex, tagOf } from "../../../support/attached.ts";
import { imageBlobs, layoutFiles, saved, writeFolder } from "../../../support/image-archives.ts";
import { descriptor, image } from "../../../support/image-fixture.ts";
import { testContext } from "../../../support/memory-source.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const app = image();
const subject = app.oci.digest as Digest;
const spdx = artifact(app.oci, "application/spdx+json");
const signature = cosignSignature(subject);
const named = (name: string) => ({ annotations: { "org.opencontainers.image.ref.name": name } });

/** The referrers of the image that is selected without a name, in a layout with these entries and blobs. */
async function referrersIn(entries: readonly object[], blobs: readonly Parameters<typeof saved>[0][]) {
  const files = [...imageBlobs(app), ...blobs.map(saved), ...layoutFiles(entries)];
  await using source = await openSource(
    `oci:${writeFolder(folder.in(`layout-${entries.length}-${blobs.length}`), files)}`,
    testContext(),
    NO_SERVERS,
  );
  expect((await source.resolve()).digest).toBe(subject);
  return await source.findReferrers?.(subject, new AbortController().signal);
}

describe("the referrers of an image in a layout", () => {
  test("includes what has it as its subject, even without a name", async () => {
    const entries = [
      descriptor(app.oci, named("1.0")),
      descriptor(spdx.manifest, { artifactType: "application/spdx+json" }),
    ];
    expect(await referrersIn(entries, [spdx.manifest])).toMatchObject([
      { what: "sbom", artifactType: "application/spdx+json" },
    ]);
  });

  test("includes what has the tags of cosign and of referrers, with or without a repository", async () => {
    const index = referrersIndex(spdx);
    const entries = [
      descriptor(app.oci),
      descriptor(signature.manifest, named(tagOf(subject, ".sig"))),
      descriptor(index, named(`registry.example/app:${tagOf(subject)}`)),
    ];
    expect(await referrersIn(entries, [signature.manifest, index])).toMatchObject([
      { what: "signature", tag: tagOf(subject, ".sig") },
      { what: "sbom" },
    ]);
  });

  test("includes what cosign saved beside it", async () => {
    const kind = (what: string) => ({ annotations: { kind: `dev.cosignproject.cosign/${what}` } });
    const entries = [descriptor(app.oci, kind("image")), descriptor(signature.manifest, kind("sigs"))];
    expect(await referrersIn(entries, [signature.manifest])).toMatchObject([{ what: "signature" }]);
  });

  test("includes nothing that refers to another image, or that the layout lacks", async () => {
    const other = image({ architecture: "arm64" });
    const about = artifact(other.oci, "application/spdx+json");
    const entries = [
      descriptor(app.oci),
      descriptor(about.manifest, { artifactType: "application/spdx+json" }),
      descriptor(signature.manifest, named(tagOf(other.oci.digest, ".sig"))),
      descriptor(spdx.manifest, { artifactType: "application/spdx+json" }),
    ];
    expect(await referrersIn(entries, [about.manifest, signature.manifest])).toEqual([]);
  });
});
