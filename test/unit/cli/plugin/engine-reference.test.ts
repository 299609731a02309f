import { expect, test } from "vitest";
import { engineReference } from "../../../../src/cli/plugin/engine-reference.ts";

test.each([
  ["app", "docker-daemon:app"],
  ["localhost:5000/app:1.0", "docker-daemon:localhost:5000/app:1.0"],
  ["docker:24-dind", "docker-daemon:docker:24-dind"],
  ["sha256:0123", "docker-daemon:sha256:0123"],
  ["docker-daemon:app", "docker-daemon:app"],
  ["container:web", "container:web"],
  ["docker://app", "docker://app"],
  ["oci:layout:1.0", "oci:layout:1.0"],
  ["rootfs:app.tar", "rootfs:app.tar"],
  ["./app.tar", "./app.tar"],
  ["/tmp/app.tar", "/tmp/app.tar"],
  ["-", "-"],
])("%s means %s", (typed, meant) => {
  expect(engineReference(typed)).toBe(meant);
});
