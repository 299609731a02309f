import { describe, expect, test } from "vitest";
import { layerDescriptor, type ManifestChange, rewriteManifest } from "../../../src/image/rewrite-manifest.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { DOCKER_CONFIG, DOCKER_MANIFEST, OCI_CONFIG, OCI_MANIFEST } from "../../../src/oci/media-type.ts";
import { loadFixture } from "../../support/load-fixture.ts";
import type { ImageFixture } from "../../support/memory-source.ts";

const config: Descriptor = { mediaType: OCI_CONFIG, digest: sha256("new config"), size: 10 };
const flat = { digest: sha256("flat"), size: 4, compression: "gzip" } as const;
const flatLayer = layerDescriptor("oci", flat);
const dockerLayer = layerDescriptor("docker", flat);

async function rewrite(fixture: ImageFixture, change: Partial<ManifestChange> = {}) {
  const image = await loadFixture(fixture);
  const { manifest, diagnostics } = rewriteManifest(image, {
    family: "oci",
    config,
    layers: [flatLayer],
    ...change,
  });
  return { image, manifest, json: manifest.json, diagnostics, rules: diagnostics.map(({ rule }) => rule) };
}

describe("rewriteManifest", () => {
  test("puts the new config and layer in, and leaves the rest", async () => {
    const { manifest, json } = await rewrite({ manifest: { annotations: { a: "b" }, extra: [1] } });
    expect(json).toEqual({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config,
      layers: [flatLayer],
      annotations: { a: "b" },
      extra: [1],
    });
    const { bytes, descriptor } = manifest;
    expect(descriptor).toEqual({ mediaType: OCI_MANIFEST, digest: sha256(bytes), size: bytes.length });
  });

  test("drops what was said of the base image and of the old layers, and the subject", async () => {
    const { image } = await rewrite({});
    const layers = image.manifest.json.layers.map((old) => ({
      ...old,
      annotations: { "containerd.io/snapshot": "x" },
    }));
    const annotations = {
      "org.opencontainers.image.base.digest": "sha256:0",
      "org.opencontainers.image.base.name": "debian",
      "org.opencontainers.image.source": "here",
    };
    const { json, rules } = await rewrite({ manifest: { layers, annotations, subject: config } });
    expect(json.annotations).toEqual({ "org.opencontainers.image.source": "here" });
    expect(json.layers).toEqual([flatLayer]);
    expect(json).not.toHaveProperty("subject");
    expect(rules).toEqual(["subject-dropped"]);
  });

  test("keeps other properties of the config's descriptor, but not copies and addresses of the old config", async () => {
    const { image } = await rewrite({});
    const old = { ...image.manifest.json.config, data: "e30=", urls: ["http://x"], annotations: { k: "v" } };
    expect((await rewrite({ manifest: { config: old } })).json.config).toEqual({ ...config, annotations: { k: "v" } });
  });

  test("never writes a foreign layer", async () => {
    const layerType = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
    expect((await rewrite({ layerType })).json.layers).toEqual([flatLayer]);
  });

  test("adds no media type to an OCI manifest that has none", async () => {
    expect((await rewrite({ manifest: { mediaType: undefined } })).json).not.toHaveProperty("mediaType");
  });

  test("gives a Docker image OCI's media types throughout when OCI is wanted", async () => {
    const { json, manifest, rules } = await rewrite({ family: "docker" });
    expect([json.mediaType, json.config.mediaType, json.layers[0]?.mediaType, manifest.descriptor.mediaType]).toEqual([
      OCI_MANIFEST,
      OCI_CONFIG,
      "application/vnd.oci.image.layer.v1.tar+gzip",
      OCI_MANIFEST,
    ]);
    expect(rules).toEqual([]);
  });

  test("gives an OCI image Docker's media types throughout when they are wanted, and says that annotations go", async () => {
    const manifest = { mediaType: undefined, artifactType: "x", annotations: { a: "b" } };
    const { json, rules } = await rewrite(
      { manifest },
      { family: "docker", config: { ...config, mediaType: DOCKER_CONFIG }, layers: [dockerLayer] },
    );
    expect(json).toEqual({
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST,
      config: { ...config, mediaType: DOCKER_CONFIG },
      layers: [dockerLayer],
    });
    expect(rules).toEqual(["annotations-dropped"]);
  });

  test("reports that annotations are lost if no manifest is kept, the source's and those asked for", async () => {
    const change = { family: "oci", config, layers: [flatLayer], stays: false } as const;
    expect((await rewrite({ manifest: { annotations: { a: "b" } } }, change)).rules).toEqual(["annotations-dropped"]);
    expect((await rewrite({}, { ...change, annotations: { a: "b" } })).rules).toEqual(["annotations-dropped"]);
    expect((await rewrite({}, change)).rules).toEqual([]);
    const s390x = { config: { os: "linux", architecture: "s390x" }, manifest: { annotations: { a: "b" } } };
    const { diagnostics } = await rewrite(s390x, change);
    expect(diagnostics).toMatchObject([{ platform: "linux/s390x" }]);
  });
});

describe("a manifest whose config and layer stay what they were", () => {
  const only = layerDescriptor("oci", { digest: sha256("only"), size: 4, compression: "none" });
  const flatImage = { layers: ["only"], manifest: { subject: config, annotations: { a: "b" } } };

  test("keeps all its bytes", async () => {
    const { image } = await rewrite(flatImage);
    const same = {
      config: image.manifest.json.config,
      layers: [only],
    };
    expect((await rewrite(flatImage, same)).manifest.bytes).toEqual(image.manifest.bytes);
  });

  test("keeps what its annotations say of the layer when only the config changes", async () => {
    const annotations = { "containerd.io/snapshot/stargz/toc.digest": "sha256:0" };
    const { image } = await rewrite(flatImage);
    const layers = image.manifest.json.layers.map((old) => ({ ...old, annotations }));
    const { json } = await rewrite({ layers: ["only"], manifest: { layers } }, { layers: [only] });
    expect(json.layers[0]?.annotations).toEqual(annotations);
    expect(json.config.digest).toBe(config.digest);
  });
});

describe("a manifest whose layers are kept under another family", () => {
  const annotations = { "containerd.io/snapshot/stargz/toc.digest": "sha256:0" };

  test("keeps their order, and what OCI's own annotations say of each and of the base image", async () => {
    const { image } = await rewrite({ layers: ["one", "two"] });
    const layers = image.manifest.json.layers.map((old, at) => ({ ...old, annotations: { at: String(at) } }));
    const base = { "org.opencontainers.image.base.name": "debian" };
    const fixture = { layers: ["one", "two"], manifest: { layers, annotations: base } };
    const kept = layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
    const [one, two] = kept as [Descriptor, Descriptor];
    const { json } = await rewrite(fixture, { layers: [one, flatLayer, two], keepsBase: true });
    expect(json.layers.map(({ digest, annotations: said }) => [digest, said?.at])).toEqual([
      [one.digest, "0"],
      [flatLayer.digest, undefined],
      [two.digest, "1"],
    ]);
    expect(json.annotations).toEqual(base);
  });

  test("loses annotations of layers to Docker's, which has none", async () => {
    const { image } = await rewrite({ layers: ["only"] });
    const layers = image.manifest.json.layers.map((old) => ({ ...old, annotations }));
    const docker = layerDescriptor("docker", { digest: sha256("only"), size: 4, compression: "none" });
    const { json } = await rewrite({ layers: ["only"], manifest: { layers } }, { family: "docker", layers: [docker] });
    expect(json.layers).toEqual([docker]);
  });
});

test("the same input gives the same bytes", async () => {
  const once = await rewrite({ manifest: { annotations: { z: "1", a: "2" } } });
  const twice = await rewrite({ manifest: { annotations: { z: "1", a: "2" } } });
  expect(twice.manifest.bytes).toEqual(once.manifest.bytes);
});
