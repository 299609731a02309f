import { describe, expect, it } from "vitest";
import { planOptions, startRun } from "../../src/run.ts";

describe("the size of the cache", () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("is a whole number of bytes, and not %d", (cacheSize) => {
    expect(() => startRun({ cacheSize })).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

describe("the profile", () => {
  const profileOf = (profile: "auto" | "spec" | undefined, view: "overlay2" | "containerd" | undefined) =>
    planOptions(profile === undefined ? {} : { profile }, { view }, startRun({}).context).profile;

  it("is by default that of the engine which the image comes from", () => {
    expect(profileOf(undefined, "overlay2")).toBe("overlay2");
    expect(profileOf("auto", "overlay2")).toBe("overlay2");
    expect(profileOf("auto", "containerd")).toBe("containerd");
  });

  it("is containerd's where the image comes from no engine", () => {
    expect(profileOf("auto", undefined)).toBe("containerd");
  });

  it("is the one asked for, whatever the engine", () => {
    expect(profileOf("spec", "overlay2")).toBe("spec");
  });
});
