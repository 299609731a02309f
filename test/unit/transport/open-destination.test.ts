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

  it("takes a bare name for an image of the engine whose container is read", () => {
    expect(destinationReference("web:flat", namedReference("container", "web")).text).toBe("docker-daemon:web:flat");
    expect(destinationReference("web:flat", namedReference("podman-container", "web")).text).toBe("podman:web:flat");
  });
});
