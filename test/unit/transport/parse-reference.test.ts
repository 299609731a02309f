import { describe, expect, it } from "vitest";
import { parseReference } from "../../../src/transport/parse-reference.ts";

describe("parseReference", () => {
  it.each([
    ["docker-archive:image.tar", "docker-archive", "image.tar", undefined],
    [
      "docker-archive:/a b/c.tar:localhost:5000/app:1",
      "docker-archive",
      "/a b/c.tar",
      { name: "localhost:5000/app:1" },
    ],
    ["docker-archive:c.tar:@2", "docker-archive", "c.tar", { position: 2 }],
    ["docker-archive:-", "docker-archive", "-", undefined],
    ["oci:dir", "oci", "dir", undefined],
    ["oci:dir:v1", "oci", "dir", { name: "v1" }],
    ["oci:dir:@0", "oci", "dir", { position: 0 }],
    ["oci-archive:a.tar:alpine:3.20", "oci-archive", "a.tar", { name: "alpine:3.20" }],
    ["oci-archive:-:v1", "oci-archive", "-", { name: "v1" }],
  ])("reads %s, and says it again the same way", (text, transport, path, selector) => {
    expect(parseReference(text)).toEqual({ transport, path, selector, text });
  });

  it.each(["image.tar", "./a:b.tar", "-", "/tmp/x", "alpine:3.20", "dirs", "OCI:x"])(
    "takes %s for a bare path",
    (text) => {
      expect(parseReference(text)).toEqual({ path: text });
    },
  );

  it.each([
    ["", "docker-archive:PATH"],
    ["oci:", "oci:DIR"],
    ["oci-archive:", "it follows the first colon: oci-archive:PATH[:TAG]"],
    ["docker-archive::x", "docker-archive:PATH"],
    ["oci:dir:", "oci:DIR"],
    ["oci:dir:@x", "@0"],
    ["oci:dir:@-1", "@0"],
    ["oci:-", "oci-archive:-"],
    ["dir:/some/where", "skopeo copy dir:/some/where oci:image"],
    ["containers-storage:app:1", "podman save --format oci-archive -o image.tar app:1"],
    ["ftp://x", "docker-archive:PATH"],
  ])("refuses %j and hints at %s", (text, hint) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        code: "REFERENCE_INVALID",
        details: expect.objectContaining({ hint: expect.stringContaining(hint) }),
      }),
    );
  });

  it("takes containers of either engine", () => {
    expect(parseReference("container:web")).toMatchObject({ transport: "container", name: "web" });
    expect(parseReference("podman-container:web")).toMatchObject({ transport: "podman-container", name: "web" });
    expect(() => parseReference("container:")).toThrow(/names no image/);
  });
});
