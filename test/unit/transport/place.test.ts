import { expect, test } from "vitest";
import { parsePlace } from "../../../src/transport/place.ts";

test.each([
  ["docker-daemon", { kind: "engine", transport: "docker-daemon", text: "docker-daemon" }],
  ["docker-daemon:", { kind: "engine", text: "docker-daemon" }],
  ["podman:team/app:1", { kind: "engine", transport: "podman", name: "team/app:1" }],
  ["nginx", { kind: "engine", transport: "docker-daemon", name: "nginx", text: "docker-daemon:nginx" }],
  ["docker://alpine", { kind: "repository", name: { repository: "docker.io/library/alpine", tag: undefined } }],
  ["docker://redis:7", { kind: "repository", name: { tag: "7" } }],
  ["docker://ghcr.io/team/app:1", { kind: "repository", name: { repository: "ghcr.io/team/app", tag: "1" } }],
  ["docker://ghcr.io", { kind: "registry", registry: "ghcr.io" }],
  ["docker://localhost:5000", { kind: "registry", registry: "localhost:5000" }],
  ["docker://registry:5000/", { kind: "registry", registry: "registry:5000" }],
  ["docker://127.0.0.1:5000", { kind: "registry", registry: "127.0.0.1:5000" }],
  ["oci:layout", { kind: "file", reference: { transport: "oci", path: "layout" } }],
  ["docker-archive:a.tar", { kind: "file", reference: { transport: "docker-archive" } }],
  ["./layout", { kind: "file", reference: { path: "./layout" } }],
])("%s", (text, expected) => {
  expect(parsePlace(text)).toMatchObject(expected);
});
