import { describe, expect, it } from "vitest";
import { newTag, tagMeant } from "../../../../src/transport/daemon/image-tags.ts";

describe("newTag", () => {
  it.each([
    ["app", "app:latest", "localhost/app:latest"],
    ["team/app:flat", "team/app:flat", "localhost/team/app:flat"],
    ["docker.io/library/app:1", "app:1", "docker.io/library/app:1"],
    ["localhost:5000/app", "localhost:5000/app:latest", "localhost:5000/app:latest"],
  ])("calls %s %s in Docker and %s in podman", (text, docker, podman) => {
    expect(newTag("docker", text)).toBe(docker);
    expect(newTag("podman", text)).toBe(podman);
  });

  it.each([`app@sha256:${"0".repeat(64)}`, `sha256:${"0".repeat(64)}`, "0".repeat(64), "App"])("refuses %s", (text) => {
    expect(() => newTag("docker", text)).toThrow(expect.objectContaining({ code: "REFERENCE_INVALID" }));
  });
});

describe("tagMeant", () => {
  const tags = ["docker.io/library/app:1", "localhost/app:1", "localhost/app:latest", "quay.io/app:1"];

  it.each([
    ["app:1", "localhost/app:1"],
    ["app", "localhost/app:latest"],
    ["docker.io/app:1", "docker.io/library/app:1"],
    ["quay.io/app:1", "quay.io/app:1"],
    ["4f3c", undefined],
    [`app@sha256:${"0".repeat(64)}`, undefined],
    ["0".repeat(64), undefined],
  ])("takes %s for %s", (text, tag) => {
    expect(tagMeant(tags, text)).toBe(tag);
  });
});
