import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { imageBlobs, layoutFiles, saved, writeFolder } from "../support/image-archives.ts";
import { blob, descriptor, image, imageIndex, json } from "../support/image-fixture.ts";
import { schemaErrors } from "../support/json-schema.ts";
import { runCli } from "../support/run-cli.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
const amd64 = image({ layers: [layer(file("a")), layer(file("b"))] });
const arm64 = image({ architecture: "arm64", layers: [layer(file("a")), layer(file("c"))] });

/** A layout with an index of two images and BuildKit's attestation of each. */
function attested(): { source: string; digests: string[] } {
  const { index, attestations } = imageIndex(amd64, arm64);
  const said = [amd64, arm64].map(({ oci }) => blob("application/vnd.in-toto+json", json({ subject: oci.digest })));
  const unknown = blob("", json({ architecture: "unknown", os: "unknown" }));
  const blobs = [...[amd64, arm64].flatMap(imageBlobs), ...[...said, unknown].map(saved)];
  const all = [...blobs, ...attestations.map(saved), saved(index), ...layoutFiles([descriptor(index)])];
  return { source: `oci:${writeFolder(folder.in("source"), all)}`, digests: attestations.map(({ digest }) => digest) };
}

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

  test("lists attestations that no longer apply, and leaves them out", async () => {
    const { source, digests } = attested();
    const { result } = await flatten(source, `oci:${folder.in("dropped")}:x`);
    expect(result.attestations).toEqual(digests.map((digest) => ({ digest, kept: false })));
    expect(result.diagnostics).toMatchObject([{ rule: "attestation-dropped" }, { rule: "attestation-dropped" }]);
    expect(result.provenance).toBeUndefined();
  });

  test("keeps them as history where that is asked for, with what they name, and is still the same image", async () => {
    const { source, digests } = attested();
    const to = `oci:${folder.in("kept")}:x`;
    const { result } = await flatten(source, to, "--attestations", "keep-as-history", "--verify");
    expect(result.attestations).toEqual(digests.map((digest) => ({ digest, kept: true })));
    expect(result.diagnostics).toMatchObject([{ rule: "attestation-kept" }, { rule: "attestation-kept" }]);
    expect(result.verified.equal).toBe(true);
    const copied = await runCli(["copy", to, `oci:${folder.in("again")}:x`, "--format", "json"]);
    expect(JSON.parse(copied.stdout)).toMatchObject({ identical: true, digest: result.digest });
  });

  test("says so where there is no place for them", async () => {
    const { source } = attested();
    const args = ["--attestations", "keep-as-history", "--platform", "linux/amd64"];
    const { result } = await flatten(source, `docker-archive:${folder.in("one.tar")}`, ...args);
    expect(result.attestations).toMatchObject([{ kept: false }, { kept: false }]);
    expect(result.diagnostics).toMatchObject([{ rule: "attestation-dropped" }, { rule: "attestation-dropped" }]);
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
