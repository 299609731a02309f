import { describe, expect, test } from "vitest";
import { checkDefaultDestination, defaultDestination } from "../../../src/transport/default-destination.ts";
import { namedReference, reference } from "../../../src/transport/reference.ts";

const docker = (typed: string) => namedReference("docker-daemon", typed);

describe("without a destination", () => {
  test.each<[string, string, string]>([
    ["app", "app:latest", "docker-daemon:app:flat"],
    ["app:1.0", "app:1.0", "docker-daemon:app:1.0-flat"],
    ["localhost:5000/team/app", "localhost:5000/team/app:latest", "docker-daemon:localhost:5000/team/app:flat"],
  ])("%s, which the engine knows as %s, goes to %s", (typed, name, expected) => {
    expect(defaultDestination({ reference: docker(typed), names: [name] })).toBe(expected);
  });

  test("an image of podman stays in podman, in the repository that podman knows", () => {
    const from = { reference: namedReference("podman", "app"), names: ["localhost/app:latest"] };
    expect(defaultDestination(from)).toBe("podman:localhost/app:flat");
  });

  test("the result takes the source's own name with inPlace", () => {
    expect(defaultDestination({ reference: docker("app"), names: ["app:latest"] }, { inPlace: true })).toBe(
      "docker-daemon:app:latest",
    );
    const named = { inPlace: true, tags: ["small:1"] };
    expect(defaultDestination({ reference: docker("app"), names: ["app:latest"] }, named)).toBe(
      "docker-daemon:app:latest",
    );
  });

  test.each([
    ["an image", docker("app"), "docker-daemon:small:1"],
    ["an ID, which is no name", docker("0123456789ab"), "docker-daemon:small:1"],
    ["a container of Docker", namedReference("container", "web"), "docker-daemon:small:1"],
    ["a container of podman", namedReference("podman-container", "web"), "podman:small:1"],
  ])("%s goes to the first name that is given, in the same engine", (_, from, expected) => {
    const tags = ["small:1", "small:2"];
    expect(defaultDestination({ reference: from, names: ["app:latest"] }, { tags })).toBe(expected);
    expect(() => checkDefaultDestination(from.text, { tags })).not.toThrow();
  });

  test.each([
    ["a container", namedReference("container", "web"), "a container gives no name"],
    ["an ID", docker("0123456789ab"), "an ID or a digest gives no name"],
    ["a digest", docker(`app@sha256:${"0".repeat(64)}`), "an ID or a digest gives no name"],
    ["an image of a registry", namedReference("docker", "app:1.0"), "only for an image in Docker or podman"],
    ["an archive", reference("docker-archive", "app.tar"), "only for an image in Docker or podman"],
  ])("%s is an error that says so", (_, from, why) => {
    expect(() => defaultDestination({ reference: from, names: [] })).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.stringContaining(why) }),
    );
  });

  test.each(["docker://app", "oci:layout", "-", "podman:sha256:0123", `docker-daemon:app@sha256:${"0".repeat(64)}`])(
    "%s is refused before it is opened",
    (source) => expect(() => checkDefaultDestination(source)).toThrow("a destination is needed"),
  );

  test.each(["docker-daemon:app", "podman:app:1.0", "app:1.0"])("%s is opened", (source) => {
    expect(() => checkDefaultDestination(source)).not.toThrow();
  });
});
