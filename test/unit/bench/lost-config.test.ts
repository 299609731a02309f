import { describe, expect, test } from "vitest";
import { lostConfig } from "../../../bench/judge/lost-config.ts";

const BEFORE = {
  architecture: "amd64",
  os: "linux",
  config: { Cmd: ["nginx"], Healthcheck: { Test: ["CMD", "true"] }, Volumes: null, Image: "sha256:1" },
};

describe("lostConfig", () => {
  test("finds nothing where absent, null and empty stand for one another", () => {
    const { Volumes: _, ...config } = BEFORE.config;
    expect(lostConfig(BEFORE, { ...BEFORE, config: { ...config, OnBuild: [], Labels: {} } })).toEqual([]);
  });

  test("names what is lost, changed and added", () => {
    const config = { Cmd: ["sh"], Labels: { builder: "x" } };
    expect(lostConfig(BEFORE, { ...BEFORE, config })).toEqual(["Cmd", "Healthcheck", "Labels"]);
  });

  test("holds the platform to be part of the config", () => {
    expect(lostConfig(BEFORE, { ...BEFORE, architecture: "arm64" })).toEqual(["architecture"]);
  });

  test("overlooks the id of a build step", () => {
    expect(lostConfig(BEFORE, { ...BEFORE, config: { ...BEFORE.config, Image: "sha256:2" } })).toEqual([]);
  });
});
