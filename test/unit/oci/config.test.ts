import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import { parseConfig } from "../../../src/oci/config.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { OCI_CONFIG } from "../../../src/oci/media-type.ts";

const rootfs = { type: "layers", diff_ids: [sha256("a")] };

function parse(value: unknown) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return parseConfig(bytes, { mediaType: OCI_CONFIG, digest: sha256(bytes), size: bytes.length }, DEFAULT_LIMITS).json;
}

describe("parseConfig", () => {
  test("keeps null, absent and empty apart in the engine's part", () => {
    const config = { Entrypoint: [], Cmd: null, Volumes: {} };
    expect(parse({ config, rootfs }).config).toEqual(config);
    expect(parse({ config: null, rootfs }).config).toBeNull();
    expect(parse({ rootfs }).config).toBeUndefined();
  });

  test.each([{ type: "layers" }, { type: "layers", diff_ids: null }])("reads %j as no layers", (empty) => {
    expect(parse({ rootfs: empty }).rootfs.diff_ids).toEqual([]);
  });

  test("reads a history of nothing", () => {
    expect(parse({ rootfs, history: null }).history).toBeNull();
    expect(parse({ rootfs, history: [{ created: null, empty_layer: true }] }).history).toHaveLength(1);
  });

  test.each([
    ["no rootfs", {}, /rootfs: is missing/],
    ["a rootfs of another type", { rootfs: { type: "layers+base" } }, /rootfs\.type: expected "layers"/],
    [
      "a diffID in upper case",
      { rootfs: { ...rootfs, diff_ids: [`sha256:${"A".repeat(64)}`] } },
      /rootfs\.diff_ids\.0/,
    ],
    ["a time that is no time", { rootfs, created: "yesterday" }, /created: expected an RFC 3339 time/],
    ["a month that does not exist", { rootfs, created: "2024-13-01T00:00:00Z" }, /created/],
    ["a day that does not exist", { rootfs, created: "2024-02-30T00:00:00Z" }, /created/],
    ["an hour that does not exist", { rootfs, created: "2024-01-01T24:00:00Z" }, /created/],
    ["an offset that does not exist", { rootfs, created: "2024-01-01T00:00:00+25:00" }, /created/],
    ["a time without a zone in the history", { rootfs, history: [{ created: "2024-01-01T00:00:00" }] }, /history\.0/],
    ["a history that is no list", { rootfs, history: {} }, /history/],
    ["another spelling of the diffIDs", { rootfs: { ...rootfs, Diff_IDs: [] } }, /rootfs: expected no other spelling/],
    ["another spelling in the history", { rootfs, history: [{ Empty_Layer: true }] }, /history\.0: expected no other/],
    [
      "a step of the history that is a list",
      { rootfs, history: [[]] },
      /history\.0: expected an object, found an array/,
    ],
    ["a config that is a list", { rootfs, config: [] }, /config: expected an object/],
  ])("refuses %s", (_, value, message) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringMatching(message) }),
    );
  });

  test.each([
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2024-02-29T23:59:59.123456789+05:30",
    "2024-12-31T23:59:59-23:59",
  ])("accepts the time %s", (created) => {
    expect(parse({ rootfs, created }).created).toBe(created);
  });
});
