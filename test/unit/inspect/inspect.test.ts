import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flatten, history, inspect, writeDemoImage } from "../../../src/index.ts";
import { type Digest, sha256 } from "../../../src/oci/digest.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";

const directory = mkdtempSync(join(tmpdir(), "planish-inspect-"));
const layout = join(directory, "layout");
const archive = join(directory, "amd64.tar");
afterAll(() => rmSync(directory, { recursive: true }));

interface LayoutIndex {
  schemaVersion: 2;
  manifests: { digest: Digest; platform?: object; annotations?: Record<string, string> }[];
}

/** A layout with the flat demo images of two architectures, and an index over both under the tag `both`. */
beforeAll(async () => {
  for (const architecture of ["amd64", "arm64"] as const) {
    const { reference } = await writeDemoImage(join(directory, `${architecture}.tar`), { architecture });
    await flatten(reference, `oci:${layout}:${architecture}`);
  }
  const path = join(layout, "index.json");
  const index = JSON.parse(readFileSync(path, "utf8")) as LayoutIndex;
  const manifests = index.manifests.map((manifest, image) => {
    const { annotations: _, ...rest } = manifest;
    return { ...rest, platform: { os: "linux", architecture: ["amd64", "arm64"][image] } };
  });
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const both = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
  writeFileSync(join(layout, "blobs/sha256", sha256(both).slice("sha256:".length)), both);
  const annotations = { "org.opencontainers.image.ref.name": "both" };
  const entry = { mediaType, digest: sha256(both), size: both.length, annotations };
  writeFileSync(path, JSON.stringify({ ...index, manifests: [...index.manifests, entry] }));
});

describe("inspect", () => {
  test("gives each document as it is written, with the digest that its bytes have", async () => {
    const { images, digest } = await inspect(`docker-archive:${archive}`);
    const [image] = images;
    expect(image?.manifest.digest).toBe(digest);
    for (const document of [image?.manifest, image?.config]) {
      expect(sha256(document?.text ?? "")).toBe(document?.digest);
      expect(JSON.parse(document?.text ?? "")).toEqual(document?.json);
    }
  });

  test("takes every platform of an index, and the index itself", async () => {
    const result = await inspect(`oci:${layout}:both`);
    expect(result.images.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
    expect(sha256(result.index?.text ?? "")).toBe(result.digest);
    expect(schemaErrors("inspect", JSON.parse(JSON.stringify({ schemaVersion: 1, ...result })))).toEqual([]);
  });

  test("takes the platform that is asked for", async () => {
    const { images } = await inspect(`oci:${layout}:both`, { platforms: ["linux/arm64"] });
    expect(images.map(({ platform }) => platform)).toEqual(["linux/arm64"]);
    await expect(inspect(`oci:${layout}:both`, { platforms: ["linux/s390x"] })).rejects.toMatchObject({
      code: "PLATFORM_NOT_FOUND",
      stage: "open",
    });
  });
});

describe("planish inspect --raw", () => {
  test("gives a document of the one platform that is named, byte for byte", async () => {
    const args = ["inspect", `oci:${layout}:both`, "--raw", "config"];
    const { status, stderr } = await runCli(args);
    expect(status).toBe(2);
    expect(stderr).toContain("choose one with --platform: linux/amd64, linux/arm64");
    const { stdout } = await runCli([...args, "--platform", "linux/arm64"]);
    expect(JSON.parse(stdout)).toMatchObject({ architecture: "arm64" });
  });

  test("gives the index byte for byte", async () => {
    const { stdout } = await runCli(["inspect", `oci:${layout}:both`, "--raw", "index"]);
    expect(sha256(stdout)).toBe((await inspect(`oci:${layout}:both`)).digest);
  });
});

describe("history", () => {
  test("tells the steps of every platform", async () => {
    const { images } = await history(`oci:${layout}:both`);
    expect(images.map(({ platform, steps }) => [platform, steps.length])).toEqual([
      ["linux/amd64", 13],
      ["linux/arm64", 13],
    ]);
  });

  test("counts what is hidden so that all adds up", async () => {
    const { images } = await history(`docker-archive:${archive}`);
    const [image] = images;
    const layers = image?.steps.flatMap(({ layer }) => layer ?? []) ?? [];
    const sum = (count: (layer: (typeof layers)[number]) => number): number =>
      layers.reduce((total, layer) => total + count(layer), 0);
    expect(sum(({ hidden }) => hidden.entries)).toBe(image?.hidden.entries);
    expect(sum(({ hidden }) => hidden.size)).toBe(image?.hidden.size);
    expect(sum(({ size }) => size)).toBe(image?.size);
    for (const { hidden } of layers) {
      expect(Object.values(hidden.reasons).reduce((a, b) => a + b)).toBe(hidden.entries);
    }
    expect(image?.flat.entries).toBe((image?.entries ?? 0) - (image?.hidden.entries ?? 0));
  });

  test("leaves nothing in the scratch directory", async () => {
    const scratch = mkdtempSync(join(directory, "scratch-"));
    await history(`docker-archive:${archive}`, { scratch });
    expect(readdirSync(scratch)).toEqual([]);
  });
});
