import { expect, test } from "vitest";
import { apiHost, credentialNames, isLoopback } from "../../../../src/transport/registry/endpoint.ts";

test.each(["localhost", "localhost:5000", "127.0.0.1:80", "127.8.9.1", "[::1]:5000", "a.localhost:1", "LOCALHOST"])(
  "%s is this machine",
  (host) => expect(isLoopback(host)).toBe(true),
);

test.each([
  "localhost.example.com",
  "127.0.0.1.example.com:443",
  "128.0.0.1",
  "[::2]:5000",
  "docker.io",
  "127.example.com",
])("%s is another machine", (host) => expect(isLoopback(host)).toBe(false));

test("Docker Hub is on another host than its name, and its credentials have several names", () => {
  expect(apiHost("docker.io")).toBe("registry-1.docker.io");
  expect(credentialNames("docker.io")[0]).toBe("https://index.docker.io/v1/");
});

test("any other registry is on the host of its name", () => {
  expect(apiHost("ghcr.io")).toBe("ghcr.io");
  expect(credentialNames("localhost:5000")).toEqual(["localhost:5000"]);
});
