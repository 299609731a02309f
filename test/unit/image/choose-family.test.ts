import { describe, expect, test } from "vitest";
import { chooseFamily, chooseIndexFamily, dockerOnlyFields } from "../../../src/image/choose-family.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { DOCKER_MANIFEST_LIST, type Family, OCI_INDEX } from "../../../src/oci/media-type.ts";
import { loadFixture } from "../../support/load-fixture.ts";

const both = { families: new Set<Family>(["oci", "docker"]) };
const ociOnly = { families: new Set<Family>(["oci"]) };
const healthy = { os: "linux", architecture: "amd64", config: { Healthcheck: { Test: ["NONE"] }, Shell: ["/bin/sh"] } };

describe("chooseFamily", () => {
  test("is OCI for an OCI image without Docker's fields", async () => {
    const image = await loadFixture({ config: { os: "linux", architecture: "amd64", config: { Cmd: ["a"] } } });
    expect(chooseFamily([image], both, { compressions: ["gzip"] })).toEqual({ family: "oci", diagnostics: [] });
  });

  test("is Docker's for an image with Docker's media types", async () => {
    expect(chooseFamily([await loadFixture({ family: "docker" })], both, { compressions: ["gzip"] }).family).toBe(
      "docker",
    );
  });

  test("is Docker's for a config with a healthcheck, which podman loses under OCI", async () => {
    expect(chooseFamily([await loadFixture({ config: healthy })], both, { compressions: ["gzip"] })).toEqual({
      family: "docker",
      diagnostics: [],
    });
  });

  test("is OCI's for annotations only if the destination keeps manifests", async () => {
    const images = [await loadFixture({ config: healthy })];
    const wishes = { compressions: ["gzip"], annotations: true } as const;
    expect(chooseFamily(images, both, wishes).family).toBe("oci");
    expect(chooseFamily(images, { ...both, keepsManifests: false }, wishes).family).toBe("docker");
  });

  test("is one for all images of an index", async () => {
    const images = [await loadFixture({}), await loadFixture({ config: healthy })];
    expect(chooseFamily(images, both, { compressions: ["none"] }).family).toBe("docker");
  });

  test("is OCI if the destination accepts nothing else, and reports what podman ignores", async () => {
    const { family, diagnostics } = chooseFamily([await loadFixture({ config: healthy })], ociOnly, {
      compressions: ["gzip"],
    });
    expect(family).toBe("oci");
    expect(diagnostics).toMatchObject([
      {
        rule: "docker-fields-in-oci",
        message: expect.stringContaining("Healthcheck, Shell:"),
        platform: "linux/amd64",
      },
    ]);
  });

  test("is OCI for zstd, which Docker's media types do not have", async () => {
    const { family, diagnostics } = chooseFamily([await loadFixture({ config: healthy })], both, {
      compressions: ["zstd"],
    });
    expect([family, diagnostics.length]).toEqual(["oci", 1]);
  });
});

test.each([
  ["oci" as const, OCI_INDEX, "docker" as const],
  ["docker" as const, DOCKER_MANIFEST_LIST, "oci" as const],
])("chooseIndexFamily leaves an index of the %s family in it where it can", (own, mediaType, other) => {
  const index = { descriptor: { mediaType, digest: sha256("index"), size: 5 } };
  expect(chooseIndexFamily(index, both)).toBe(own);
  expect(chooseIndexFamily(index, { families: new Set([other]) })).toBe(other);
});

test("dockerOnlyFields ignores fields that OCI has, and empty ones that old builders write", () => {
  const config = {
    Cmd: ["a"],
    ArgsEscaped: true,
    Hostname: "",
    Tty: false,
    OnBuild: [],
    Healthcheck: null,
    StopTimeout: 5,
    Unknown: 1,
  };
  expect(dockerOnlyFields({ config, rootfs: { type: "layers", diff_ids: [] } })).toEqual(["StopTimeout"]);
});
