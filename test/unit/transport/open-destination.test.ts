import { describe, expect, it } from "vitest";
import { destinationReference } from "../../../src/transport/destination-reference.ts";
import { openDestination } from "../../../src/transport/open-destination.ts";
import { namedReference } from "../../../src/transport/reference.ts";
import { testContext } from "../../support/memory-source.ts";

describe("openDestination", () => {
  it("refuses to write to a container", async () => {
    await expect(openDestination("podman-container:web", { force: true }, testContext())).rejects.toMatchObject({
      code: "REFERENCE_INVALID",
      details: { hint: "write an image: podman:NAME" },
    });
  });

  it.each(["docker-archive", "oci-archive", "oci"])(
    "refuses a name for %s that can be none before any work",
    async (to) => {
      const text = `${to}:/nonexistent/x.tar`;
      await expect(openDestination(text, { force: true, tags: ["UPPER:1"] }, testContext())).rejects.toMatchObject({
        code: "REFERENCE_INVALID",
      });
    },
  );

  it.each(["bad name", "a//b", "\x1b[31m", "-a"])("writes no layout in which an image is called %j", (name) => {
    expect(() => destinationReference(`oci:layout:${name}`)).toThrow("is not a name for an image in a layout");
  });

  it.each(["1.0", "_a__b", "app:1.0", "docker.io/library/app:1.0-flat"])(
    "lets an image in a layout be called %s",
    (name) => {
      expect(destinationReference(`oci:layout:${name}`).text).toBe(`oci:layout:${name}`);
    },
  );

  it("takes a bare name for an image of the engine whose container is read", () => {
    expect(destinationReference("web:flat", namedReference("container", "web")).text).toBe("docker-daemon:web:flat");
    expect(destinationReference("web:flat", namedReference("podman-container", "web")).text).toBe("podman:web:flat");
  });
});
