import { describe, expect, it } from "vitest";
import { parsePlace } from "../../../src/transport/place.ts";
import { typedServers } from "../../../src/transport/typed-servers.ts";

const credentials = { username: "me", password: "secret" };
const given = { registry: { credentials, tlsVerify: false, caFile: "ca.pem", userAgent: "test" } };
const mine = "docker://registry.example/app:1";

describe("given credentials", () => {
  it.each([
    [mine, "docker://other.example/app:flat"],
    ["docker://alpine", "docker://registry.example/alpine"],
    ["other.example/app:1", mine],
    ["registry.example/app:1", "other.example/app:flat"],
  ])("are never sent to two registries: %s to %s", (source, destination) => {
    expect(() => typedServers(given, { sources: [source], destination })).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.not.stringContaining("secret") }),
    );
    expect(() => typedServers(given, { sources: [source, destination] })).toThrow("for one registry");
  });

  it.each([
    [mine, "docker://registry.example/other:flat"],
    [mine, "registry.example/app:flat"],
    [mine, "oci:layout:flat"],
    ["app.tar", mine],
    ["registry.example/app:1", "registry.example/app:flat"],
    ["registry.example/app:1", "app.tar"],
    ["Some Folder", mine],
    [mine, undefined],
  ])("may be used for one: %s to %s", (source, destination) => {
    const servers = typedServers(given, { sources: [source], destination });
    expect(servers.registry("registry.example")).toEqual(given.registry);
  });

  it.each(["docker://registry.example", "docker://registry.example/app"])(
    "are for the registry of a place: %s",
    (text) => {
      const place = parsePlace(text);
      expect(typedServers(given, { sources: [], place }).registry("registry.example")).toEqual(given.registry);
      const other = ["docker://other.example/app:1"];
      expect(() => typedServers(given, { sources: other, place })).toThrow("for one registry");
    },
  );

  it("do not matter if there are none", () => {
    const destination = "docker://other.example/app:flat";
    const servers = typedServers({ registry: { tlsVerify: false } }, { sources: [mine], destination });
    expect(servers.registry("registry.example").tlsVerify).toBe(false);
    expect(servers.registry("other.example").tlsVerify).toBe(false);
  });
});

describe("a registry that the user did not name", () => {
  it("is reached without the options for a registry", () => {
    const servers = typedServers(given, { sources: [mine] });
    expect(servers.registry("named-by-an-image.example")).toEqual({ userAgent: "test" });
    expect(typedServers(given, { sources: ["oci:layout"] }).registry("docker.io")).toEqual({ userAgent: "test" });
  });
});
