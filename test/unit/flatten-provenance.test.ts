import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type CopyResult, copy, inspect } from "../../src/index.ts";
import { artifact, cosignSignature, tagOf } from "../support/attached.ts";
import { dockerClassic, imageBlobs, layoutFiles, saved, writeArchive, writeFolder } from "../support/image-archives.ts";
import { blob, descriptor, image, imageIndex, json } from "../support/image-fixture.ts";
import { schemaErrors } from "../support/json-schema.ts";
import { runCli } from "../support/run-cli.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
const amd64 = image({ layers: [layer(file("a")), layer(file("b"))] });
const arm64 = image({ architecture: "arm64", layers: [layer(file("a")), layer(file("c"))] });

/** An index of two images and BuildKit's attestation of each, and all that they name. */
function attestedIndex() {
  const { index, attestations } = imageIndex(amd64, arm64);
  const said = [amd64, arm64].map(({ oci }) => blob("application/vnd.in-toto+json", json({ subject: oci.digest })));
  const unknown = blob("", json({ architecture: "unknown", os: "unknown" }));
  const blobs = [...[amd64, arm64].flatMap(imageBlobs), ...[...said, unknown].map(saved)];
  return { index, attestations, files: [...blobs, ...attestations.map(saved), saved(index)] };
}

/** A layout with it. */
function attested(): { source: string; digests: string[] } {
  const { index, attestations, files } = attestedIndex();
  const all = [...files, ...layoutFiles([descriptor(index)])];
  return { source: `oci:${writeFolder(folder.in("source"), all)}`, digests: attestations.map(({ digest }) => digest) };
}

/**
 * The same, with a signature of the index under cosign's tag and an SBOM that names the first image as its subject;
 * BuildKit's attestations may be missing, and what the signature and the SBOM consist of.
 */
function signed({ held = true, whole = true } = {}): { source: string; subject: string } {
  const { index, files } = attestedIndex();
  const signature = cosignSignature(index.digest);
  const sbom = artifact(amd64.oci, "application/spdx+json");
  const tag = { annotations: { "org.opencontainers.image.ref.name": tagOf(index.digest, ".sig") } };
  const entries = [
    descriptor(index),
    descriptor(signature.manifest, tag),
    descriptor(sbom.manifest, { artifactType: "application/spdx+json" }),
  ];
  const attached = [signature, sbom].flatMap(({ manifest, blobs }) => [manifest, ...(whole ? blobs : [])]);
  const listed = held ? files : [...[amd64, arm64].flatMap(imageBlobs), saved(index)];
  const all = [...listed, ...attached.map(saved), ...layoutFiles(entries)];
  return { source: `oci:${writeFolder(folder.in("signed"), all)}`, subject: index.digest };
}

describe("inspect", () => {
  test("lists what lies beside the images, but not where only a document is wanted", async () => {
    const { source, subject } = signed();
    const { stdout } = await runCli(["inspect", source, "--format", "json"]);
    const result = JSON.parse(stdout);
    expect(schemaErrors("inspect", result)).toEqual([]);
    expect(result.referrers).toMatchObject([
      { what: "signature", where: "tag", subject, tag: tagOf(subject, ".sig") },
      { what: "sbom", where: "referrer", subject: amd64.oci.digest, artifactType: "application/spdx+json" },
    ]);
    expect((await inspect(source, { referrers: false })).referrers).toEqual([]);
    expect((await runCli(["inspect", source])).stdout).toMatch(/^Beside the image$/m);
  });
});

describe("copy", () => {
  const told = ({ diagnostics }: CopyResult) => diagnostics.map(({ rule }) => rule);

  test("says what it leaves beside the source, unless that lies beside the copy too", async () => {
    const { source, subject } = signed();
    const { stdout } = await runCli(["copy", source, `oci:${folder.in("copy")}:1`, "--format", "json"]);
    const result = JSON.parse(stdout);
    expect(schemaErrors("copy", result)).toEqual([]);
    expect(result.referrers).toMatchObject([
      { what: "signature", subject, tag: tagOf(subject, ".sig") },
      { what: "sbom", subject: amd64.oci.digest },
    ]);
    expect(told(result)).toEqual(["referrer-left", "referrer-left"]);
    const beside = await copy(source, `${source}:again`);
    expect([beside.referrers, told(beside)]).toEqual([[], []]);
  });

  test("says of what changes on the way that what is said of it no longer applies", async () => {
    const { source } = signed();
    const changed = await copy(source, `${source}:gzip`, { compression: "gzip" });
    expect(told(changed)).toEqual(expect.arrayContaining(["referrer-outdated", "referrer-outdated"]));
  });

  test("does not look where the destination has no place for it", async () => {
    const { source } = signed();
    const alone = await copy(source, `docker-archive:${folder.in("one.tar")}`, { platforms: ["linux/amd64"] });
    expect([alone.referrers, told(alone)]).toEqual([[], ["attestation-dropped"]]);
  });
});

const flatten = async (...args: string[]) => {
  const { status, stdout, stderr } = await runCli(["flatten", ...args, "--format", "json"]);
  return { status, stderr, result: stdout === "" ? undefined : JSON.parse(stdout) };
};

describe("a result", () => {
  test("says in annotations and in a statement what it was made of, and with which options", async () => {
    const { source } = attested();
    const [to, out] = [`oci:${folder.in("annotated")}:x`, folder.in("statement.json")];
    const { result } = await flatten(source, to, "--provenance", "--provenance-out", out, "--label", "a=1");
    expect(schemaErrors("flatten", result)).toEqual([]);
    const [first] = result.images;
    const { stdout } = await runCli(["inspect", to, "--format", "json"]);
    const { annotations } = JSON.parse(stdout).images[0].manifest.json;
    expect(annotations).toMatchObject({ "planish.source": source, "planish.source.digest": first.before.manifest });
    expect(JSON.parse(annotations["planish.options"])).toMatchObject({ labels: ["a=1"], history: "keep" });
    const statement = JSON.parse(readFileSync(out, "utf8"));
    expect(statement).toEqual(result.provenance);
    const hex = (digest: string): object => ({ sha256: digest.replace("sha256:", "") });
    expect(statement.subject.map((each: { digest: object }) => each.digest)).toEqual([
      hex(result.digest),
      ...result.images.map((each: { after: { manifest: string } }) => hex(each.after.manifest)),
    ]);
    const { resolvedDependencies } = statement.predicate.buildDefinition;
    expect(resolvedDependencies[0]).toEqual({ uri: source, digest: hex(first.before.manifest) });
  });

  test("names what has no manifest of its own by its config, as engines do", async () => {
    const source = writeArchive(folder.in("classic.tar"), dockerClassic(image({ tags: ["app:1"] })));
    const to = `oci:${folder.in("named")}:x`;
    const { result } = await flatten(source, to, "--provenance");
    const [{ before }] = result.images;
    const hex = before.config.replace("sha256:", "");
    expect(result.provenance.predicate.buildDefinition.resolvedDependencies).toMatchObject([
      { digest: { sha256: hex } },
    ]);
    const { stdout } = await runCli(["inspect", to, "--format", "json"]);
    const { annotations } = JSON.parse(stdout).images[0].manifest.json;
    expect(annotations).toMatchObject({ "planish.source.config": before.config });
    expect(annotations).not.toHaveProperty(["planish.source.digest"]);
  });

  test("lists attestations that no longer apply, and leaves them out", async () => {
    const { source, digests } = attested();
    const { result } = await flatten(source, `oci:${folder.in("dropped")}:x`);
    expect(result.attestations).toEqual(
      digests.map((digest, at) => ({
        digest,
        what: "attestation",
        where: "index",
        subject: [amd64, arm64][at]?.oci.digest,
        kept: false,
      })),
    );
    expect(result.diagnostics).toMatchObject([{ rule: "attestation-dropped" }, { rule: "attestation-dropped" }]);
    expect(result.provenance).toBeUndefined();
  });

  test("keeps them as history where that is asked for, with what they name, and is still the same image", async () => {
    const { source, digests } = attested();
    const to = `oci:${folder.in("kept")}:x`;
    const planned = await flatten(source, to, "--attestations", "keep-as-history", "--dry-run");
    const { result } = await flatten(source, to, "--attestations", "keep-as-history", "--verify");
    expect(result.attestations).toMatchObject(digests.map((digest) => ({ digest, kept: true })));
    expect(result.diagnostics).toMatchObject([{ rule: "attestation-kept" }, { rule: "attestation-kept" }]);
    expect(planned.result.diagnostics).toEqual(result.diagnostics);
    expect(result.verified.equal).toBe(true);
    const copied = await runCli(["copy", to, `oci:${folder.in("again")}:x`, "--format", "json"]);
    expect(JSON.parse(copied.stdout)).toMatchObject({ identical: true, digest: result.digest });
  });

  test("leaves out those of another family than the index, as a dry run says", async () => {
    const docker = "application/vnd.docker.distribution.manifest.v2+json";
    const statement = blob("application/vnd.in-toto+json", json({}));
    const config = blob("application/vnd.docker.container.image.v1+json", json({}));
    const layers = [descriptor(statement)];
    const attestation = blob(docker, json({ schemaVersion: 2, mediaType: docker, config: descriptor(config), layers }));
    const unknown = { platform: { os: "unknown", architecture: "unknown" } };
    const manifests = [descriptor(amd64.oci, { platform: amd64.platform }), descriptor(attestation, unknown)];
    const index = blob("application/vnd.oci.image.index.v1+json", json({ schemaVersion: 2, manifests }));
    const files = [...imageBlobs(amd64), ...[statement, config, attestation, index].map(saved)];
    const source = `oci:${writeFolder(folder.in("mixed"), [...files, ...layoutFiles([descriptor(index)])])}`;
    const args = [source, `oci:${folder.in("unmixed")}:x`, "--attestations", "keep-as-history"];
    const planned = await flatten(...args, "--dry-run");
    const { result } = await flatten(...args);
    expect(result.diagnostics).toMatchObject([{ rule: "attestation-dropped" }]);
    expect(planned.result.diagnostics).toEqual(result.diagnostics);
  });

  test("says so where there is no place for them", async () => {
    const { source } = attested();
    const args = ["--attestations", "keep-as-history", "--platform", "linux/amd64"];
    const to = `docker-archive:${folder.in("one.tar")}`;
    const planned = await flatten(source, to, ...args, "--dry-run");
    const { result } = await flatten(source, to, ...args);
    expect(planned.result.diagnostics).toEqual(result.diagnostics);
    expect(result.attestations).toMatchObject([{ kept: false }, { kept: false }]);
    expect(result.diagnostics).toMatchObject([{ rule: "attestation-dropped" }, { rule: "attestation-dropped" }]);
  });

  test("lists what lies beside the source and speaks of it, in the statement too, and says so in the summary", async () => {
    const { source, subject } = signed();
    const { result } = await flatten(source, `oci:${folder.in("unsigned")}:x`, "--provenance");
    const beside = result.attestations.filter(({ where }: { where: string }) => where !== "index");
    expect(beside).toMatchObject([
      { what: "signature", where: "tag", tag: tagOf(subject, ".sig"), subject, kept: false },
      { what: "sbom", where: "referrer", artifactType: "application/spdx+json", subject: amd64.oci.digest },
    ]);
    expect(result.diagnostics).toContainEqual({
      rule: "referrer-outdated",
      message: expect.stringContaining(
        "A signature beside the source (application/vnd.dev.cosign.simplesigning.v1+json)",
      ),
      strict: false,
    });
    expect(schemaErrors("flatten", result)).toEqual([]);
    expect(result.provenance.predicate.planish_outdated).toMatchObject([
      { name: "attestation" },
      { name: "attestation" },
      { name: "signature", digest: { sha256: beside[0].digest.slice(7) }, annotations: { subject, kept: false } },
      { name: "sbom", mediaType: "application/spdx+json" },
    ]);
    const { stdout } = await runCli(["flatten", source, `oci:${folder.in("unsigned")}:y`]);
    expect(stdout).toMatch(/^outdated +1 signature, 2 attestations, 1 SBOM of the source$/m);
  });

  test("has them in its index as history where that is asked for, as no engine takes for an image", async () => {
    const { source, subject } = signed({ held: false });
    const to = `oci:${folder.in("history")}:x`;
    const { result } = await flatten(source, to, "--attestations", "keep-as-history", "--verify");
    expect(result.attestations.map(({ kept }: { kept: boolean }) => kept)).toEqual([false, false, true, true]);
    expect(result.diagnostics).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/^An SBOM was kept/) }),
    );
    expect(result.verified.equal).toBe(true);
    const index = JSON.parse(readFileSync(`${folder.in("history")}/blobs/sha256/${result.digest.slice(7)}`, "utf8"));
    expect(index.manifests[2]).not.toHaveProperty("artifactType");
    expect(index.manifests.slice(2)).toMatchObject([
      {
        digest: result.attestations[2].digest,
        platform: { os: "unknown" },
        annotations: { "vnd.docker.reference.digest": subject },
      },
      { artifactType: "application/spdx+json", platform: { architecture: "unknown" } },
    ]);
    const copied = await runCli(["copy", to, `oci:${folder.in("history-again")}:x`, "--format", "json"]);
    expect(JSON.parse(copied.stdout)).toMatchObject({ identical: true, others: [{}, {}] });
  });

  test("keeps as history only what the source holds with all its blobs", async () => {
    const { source } = signed({ whole: false });
    const to = `oci:${folder.in("partial")}:x`;
    const { status, result } = await flatten(source, to, "--attestations", "keep-as-history");
    expect(status).toBe(0);
    expect(result.attestations.map(({ kept }: { kept: boolean }) => kept)).toEqual([true, true, false, false]);
  });

  test("does not list what speaks of an image that stays the same", async () => {
    const flat = image({ layers: [layer(file("a"))] });
    const first = folder.in("flat-once");
    const once = await flatten(
      `oci:${writeFolder(folder.in("plain"), [...imageBlobs(flat), ...layoutFiles([descriptor(flat.oci)])])}`,
      `oci:${first}:x`,
    );
    const manifest = blob(once.result.mediaType, readFileSync(`${first}/blobs/sha256/${once.result.digest.slice(7)}`));
    const sbom = artifact(manifest, "application/spdx+json");
    const entries = [descriptor(manifest), descriptor(sbom.manifest, { artifactType: "application/spdx+json" })];
    writeFolder(first, [...[sbom.manifest, ...sbom.blobs].map(saved), ...layoutFiles(entries)]);
    const { result } = await flatten(`oci:${first}`, `oci:${folder.in("flat-twice")}:x`);
    expect(result).toMatchObject({ digest: once.result.digest, diagnostics: [] });
    expect(result.attestations).toBeUndefined();
  });

  test("is not written over by what is said of it", async () => {
    const to = folder.in("taken.tar");
    const { status, stderr } = await runCli(["flatten", attested().source, to, "--provenance-out", to]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining("--provenance-out names the same file"),
    });
  });
});
