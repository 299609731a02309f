import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { artifact, cosignSignature, referrersIndex, tagOf } from "../support/attached.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { imageBlobs, layoutFiles, saved, writeFolder } from "../support/image-archives.ts";
import { descriptor, type FixtureBlob, image } from "../support/image-fixture.ts";
import { planish } from "../support/planish.ts";
import { type Fault, type Seen, startFaultProxy } from "../support/registry/fault-proxy.ts";
import { type RegistryServer, startRegistry } from "../support/registry/registry-server.ts";
import { temporaryFolder } from "../support/registry/session-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const app = image({ compression: "gzip" });
const signature = cosignSignature(app.oci.digest);
const notation = artifact(app.oci, "application/vnd.cncf.notary.signature");
const sbom = artifact(app.oci, "application/spdx+json");
const listed = referrersIndex(notation, sbom);

// Debian's registry has no referrers API: referrers are found by tags, and a proxy in front of it answers like newer
// registries.
e2eSuite("an image that is signed in a registry", () => {
  const folder = testFolder();
  let server: RegistryServer;
  const name = (host = server.host) => `docker://${host}/team/app`;
  beforeAll(async () => {
    server = await startRegistry();
    const tags = { "1": app.oci, [tagOf(app.oci.digest, ".sig")]: signature.manifest, [tagOf(app.oci.digest)]: listed };
    const named = (tag: string) => ({ annotations: { "org.opencontainers.image.ref.name": tag } });
    const attached = [signature, notation, sbom].flatMap(({ manifest, blobs }) => [manifest, ...blobs]);
    const entries = Object.entries(tags).map(([tag, blob]) => descriptor(blob, named(tag)));
    using kept = temporaryFolder();
    const layout = join(kept.path, "layout");
    writeFolder(layout, [...imageBlobs(app), ...[listed, ...attached].map(saved), ...layoutFiles(entries)]);
    for (const tag of Object.keys(tags)) await planish("copy", `oci:${layout}:${tag}`, `${name()}:${tag}`);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const flatten = async (from: string, to: string) => {
    const { stdout } = await planish("flatten", from, to, "--force", "--format", "json");
    return JSON.parse(stdout);
  };
  const proxied = (decide: (seen: Seen) => Fault | undefined) => startFaultProxy(server.port, decide);
  const asIndex = ({ mediaType, bytes }: FixtureBlob): Fault => {
    return { status: 200, headers: { "content-type": mediaType }, body: Buffer.from(bytes) };
  };

  it("is flattened with a diagnostic for each signature, found by its tags", async () => {
    const { attestations, diagnostics } = await flatten(`${name()}:1`, `${name()}:flat`);
    expect(attestations).toMatchObject([
      { what: "signature", where: "referrer", digest: notation.manifest.digest, subject: app.oci.digest },
      { what: "sbom", where: "referrer", digest: sbom.manifest.digest },
      { what: "signature", where: "tag", digest: signature.manifest.digest, tag: tagOf(app.oci.digest, ".sig") },
    ]);
    expect(diagnostics).toMatchObject([{ rule: "referrer-outdated" }, {}, {}]);
  });

  it("has no diagnostics about them in its flat image", async () => {
    const { attestations, diagnostics } = await flatten(`${name()}:flat`, `${name()}:again`);
    expect({ attestations, diagnostics }).toEqual({ attestations: undefined, diagnostics: [] });
  });

  it("is listed with them by inspect, and copied with a diagnostic for each, but not inside its repository", async () => {
    const json = async (...args: string[]) => JSON.parse((await planish(...args, "--format", "json")).stdout);
    const { referrers } = await json("inspect", `${name()}:1`);
    expect(referrers).toHaveLength(3);
    const copied = await json("copy", `${name()}:1`, `oci:${folder.in("copy")}:x`);
    expect(copied.referrers).toEqual(referrers);
    expect(copied.diagnostics).toMatchObject([{ rule: "referrer-left" }, {}, {}]);
    const tagged = await json("copy", `${name()}:1`, `${name()}:copied`);
    expect([tagged.referrers, tagged.diagnostics]).toEqual([[], []]);
  });

  it("is found with them by the referrers API, if the registry has it", async () => {
    await using proxy = await proxied(({ url }) => (url.includes("/referrers/") ? asIndex(listed) : undefined));
    const { attestations } = await flatten(`${name(proxy.host)}:1`, `oci:${folder.in("flat")}:x`);
    expect(attestations).toHaveLength(3);
    expect(proxy.seen.some(({ url }) => url.endsWith(tagOf(app.oci.digest)))).toBe(false);
  });

  it("is flattened even if the registry fails to list referrers, and that is reported", async () => {
    const fails = ({ url }: Seen) => (/referrers|sha256-/.test(url) ? { status: 500 } : undefined);
    await using proxy = await proxied(fails);
    const { digest, diagnostics } = await flatten(`${name(proxy.host)}:1`, `oci:${folder.in("gap")}:x`);
    expect(digest).toMatch(/^sha256:/);
    expect(diagnostics).toMatchObject([{ rule: "referrers-unknown" }]);
  });

  it("needs no request for them if it is exported", async () => {
    await using proxy = await proxied(() => undefined);
    await planish("export", `${name(proxy.host)}:1`, folder.in("rootfs.tar"));
    expect(proxy.seen.filter(({ url }) => /referrers|sha256-/.test(url))).toEqual([]);
  });
});
