import { describe, expect, test } from "vitest";
import {
  compatiblePlatforms,
  formatPlatform,
  hostPlatform,
  normalizePlatform,
  parsePlatform,
} from "../../../src/oci/platform.ts";

describe("parsePlatform", () => {
  test.each([
    ["linux/amd64", "linux/amd64"],
    ["Linux/X86_64", "linux/amd64"],
    ["linux/x86-64", "linux/amd64"],
    ["linux/amd64/v1", "linux/amd64"],
    ["linux/amd64/v3", "linux/amd64/v3"],
    ["linux/i386", "linux/386"],
    ["linux/aarch64", "linux/arm64"],
    ["linux/arm64/v8", "linux/arm64"],
    ["linux/arm64/8", "linux/arm64"],
    ["linux/arm64/v9", "linux/arm64/v9"],
    ["linux/arm", "linux/arm/v7"],
    ["linux/arm/5", "linux/arm/v5"],
    ["linux/arm/6", "linux/arm/v6"],
    ["linux/arm/7", "linux/arm/v7"],
    ["linux/arm/8", "linux/arm/v8"],
    ["linux/arm/constructor", "linux/arm/constructor"],
    ["linux/armhf", "linux/arm/v7"],
    ["linux/armel", "linux/arm/v6"],
    ["macos/arm64", "darwin/arm64"],
    ["linux/riscv64", "linux/riscv64"],
  ])("takes %s for %s", (text, normal) => {
    expect(formatPlatform(parsePlatform(text))).toBe(normal);
  });

  test("says of a list, as docker buildx takes it, how several are named", () => {
    const hint = expect.stringContaining("each of several on its own");
    expect(() => parsePlatform("linux/amd64,linux/arm64")).toThrow(expect.objectContaining({ details: { hint } }));
  });

  test.each(["", "linux", "linux/", "/amd64", "linux/amd64/v1/x", "linux/am d64", "linux/amd64/"])(
    "refuses %j",
    (text) => {
      expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
    },
  );
});

test("normalizePlatform keeps what it does not normalise", () => {
  const platform = { os: "linux", architecture: "arm64", variant: "v8", "os.version": "1", "os.features": ["x"] };
  expect(normalizePlatform(platform)).toEqual({
    os: "linux",
    architecture: "arm64",
    "os.version": "1",
    "os.features": ["x"],
  });
});

test.each([
  ["linux/amd64", ["linux/amd64"]],
  ["linux/amd64/v3", ["linux/amd64/v3", "linux/amd64/v2", "linux/amd64"]],
  ["linux/arm", ["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]],
  ["linux/arm64/v9", ["linux/arm64/v9", "linux/arm64"]],
  ["linux/s390x", ["linux/s390x"]],
])("what runs on %s is, best first, %j", (wanted, candidates) => {
  expect(compatiblePlatforms(parsePlatform(wanted)).map(formatPlatform)).toEqual(candidates);
});

test.each([
  ["x64", "linux/amd64"],
  ["arm64", "linux/arm64"],
  ["arm", "linux/arm/v7"],
  ["ppc64", "linux/ppc64le"],
  ["s390x", "linux/s390x"],
])("a host that Node calls %s is %s", (architecture, platform) => {
  expect(formatPlatform(hostPlatform(architecture))).toBe(platform);
});
