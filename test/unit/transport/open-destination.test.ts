import { describe, expect, it } from "vitest";
import { destinationReference, resultNames } from "../../../src/transport/destination-reference.ts";
import { openDestination } from "../../../src/transport/open-destination.ts";
import { namedReference, reference } from "../../../src/transport/reference.ts";
import { NO_SERVERS } from "../../../src/transport/servers.ts";
import { testContext } from "../../support/memory-source.ts";

describe("openDestination", () => {
  it("refuses to write to a container", async () => {
    await expect(
      openDestination("podman-container:web", { force: true, servers: NO_SERVERS }, testContext()),
    ).rejects.toMatchObject({
      code: "REFERENCE_INVALID",
      details: { hint: "write an image: podman:NAME" },
    });
  });

  it.each(["docker-archive", "oci-archive", "oci"])("refuses an invalid name for %s before any work", async (to) => {
    const text = `${to}:/nonexistent/x.tar`;
    await expect(
      openDestination(text, { force: true, tags: ["UPPER:1"], servers: NO_SERVERS }, testContext()),
    ).rejects.toMatchObject({
      code: "REFERENCE_INVALID",
    });
  });

  it.each(["bad name", "a//b", "\x1b[31m", "-a"])("writes no layout in which an image is called %j", (name) => {
    expect(() => destinationReference(`oci:layout:${name}`)).toThrow("is not a name for an image in a layout");
  });

  it.each(["1.0", "_a__b", "app:1.0", "docker.io/library/app:1.0-flat"])(
    "accepts %s as the name of an image in a layout",
    (name) => {
      expect(destinationReference(`oci:layout:${name}`).text).toBe(`oci:layout:${name}`);
    },
  );

  it("takes a bare name for an image of the engine whose container is read", () => {
    expect(destinationReference("web:flat", namedReference("container", "web")).text).toBe("docker-daemon:web:flat");
    expect(destinationReference("web:flat", namedReference("podman-container", "web")).text).toBe("podman:web:flat");
  });
});

describe("the names of a result", () => {
  const archive = (text: string) => destinationReference(`docker-archive:app.tar${text}`);

  it("have the tag latest in a docker-archive if none was given, since docker load requires one", () => {
    expect(resultNames(archive(":team/app"), ["app", "b.test:5000/app:1"], { names: ["source:1"] })).toEqual([
      "team/app:latest",
      "app:latest",
      "b.test:5000/app:1",
    ]);
  });

  it("are those of the source, unchanged, if none was given: in a layout one may be a tag alone", () => {
    expect(resultNames(archive(""), [], { names: ["v1", "app:2"] })).toEqual(["v1", "app:2"]);
    expect(resultNames(reference("oci", "layout"), ["v1"], { names: ["app:2"] })).toEqual(["v1"]);
  });

  it("are none of the source's that have its digest, which the result has not", () => {
    const digest = `@sha256:${"a".repeat(64)}`;
    expect(resultNames(archive(""), [], { names: [`app${digest}`, digest, "app:1"] })).toEqual(["app:1"]);
    expect(resultNames(reference("oci", "layout"), [], { names: [`b.test:5000/app:1${digest}`] })).toEqual([]);
  });

  it("have no digest in a docker-archive", () => {
    const name = `app@sha256:${"a".repeat(64)}`;
    expect(() => resultNames(archive(`:${name}`), [], { names: [] })).toThrow("has a digest");
    expect(() => resultNames(archive(""), [name], { names: [] })).toThrow("has a digest");
  });
});
