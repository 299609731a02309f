import { describe, expect, it } from "vitest";
import { familiarName, fullName, isTag, parseImageName, taggedName } from "../../../src/transport/image-name.ts";

describe("parseImageName", () => {
  it.each([
    ["alpine", "docker.io/library/alpine:latest", "alpine:latest"],
    ["alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20"],
    ["library/alpine", "docker.io/library/alpine:latest", "alpine:latest"],
    ["docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"],
    ["index.docker.io/library/alpine:1", "docker.io/library/alpine:1", "alpine:1"],
    ["team/app", "docker.io/team/app:latest", "team/app:latest"],
    ["docker.io/team/app:v1", "docker.io/team/app:v1", "team/app:v1"],
    ["localhost/app", "localhost/app:latest", "localhost/app:latest"],
    ["localhost:5000/app", "localhost:5000/app:latest", "localhost:5000/app:latest"],
    ["localhost:5000/app:V1.0_x", "localhost:5000/app:V1.0_x", "localhost:5000/app:V1.0_x"],
    ["Registry/app", "Registry/app:latest", "Registry/app:latest"],
    ["[fd00::1]:5000/app:1", "[fd00::1]:5000/app:1", "[fd00::1]:5000/app:1"],
    ["quay.io/a/b__c/d-e.f:latest", "quay.io/a/b__c/d-e.f:latest", "quay.io/a/b__c/d-e.f:latest"],
    ["quay.io/library/alpine", "quay.io/library/alpine:latest", "quay.io/library/alpine:latest"],
    ["docker.io/library/a/b:1", "docker.io/library/a/b:1", "library/a/b:1"],
  ])("reads %s as %s, shown as %s", (text, full, familiar) => {
    const name = parseImageName(text);
    expect(fullName(name)).toBe(full);
    expect(familiarName(name)).toBe(familiar);
    expect(fullName(parseImageName(familiar))).toBe(full);
  });

  it("keeps a digest apart from the tag", () => {
    const digest = `sha256:${"ab".repeat(32)}`;
    expect(parseImageName(`localhost:5000/app:1@${digest}`)).toEqual({
      repository: "localhost:5000/app",
      tag: "1",
      digest,
    });
    expect(parseImageName(`app@${digest}`)).toMatchObject({ tag: undefined, digest });
  });

  it.each([
    ["Alpine", "lower case"],
    ["docker.io/Team/app", "lower case"],
    ["app:", "tag"],
    ["app:-x", "tag"],
    [`app:${"x".repeat(129)}`, "tag"],
    ["app@sha256:short", "digest"],
    ["a".repeat(64), "ID of an image"],
    [`${"x".repeat(256)}/y`, "longer than 255"],
    ["a//b", "characters"],
    ["a___b", "characters"],
    ["-a", "characters"],
    ["a b", "characters"],
    ["", "characters"],
    ["/a", "characters"],
    ["host:port/app", "characters"],
  ])("refuses %j: %s", (text, why) => {
    const message = expect.stringMatching(/ is not the name of an image: \S/);
    expect(() => parseImageName(text)).toThrow(expect.objectContaining({ code: "REFERENCE_INVALID", message }));
    expect(() => parseImageName(text)).toThrow(why);
  });

  it("tells a name with a tag from a tag alone", () => {
    expect(taggedName("docker.io/library/app:1")).toBe("app:1");
    expect(taggedName("latest")).toBeUndefined();
    expect(taggedName("BAD:1")).toBeUndefined();
    expect(isTag("3.20-rc_1")).toBe(true);
    expect(isTag(".hidden")).toBe(false);
  });
});
