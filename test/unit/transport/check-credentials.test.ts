import { describe, expect, it } from "vitest";
import { checkCredentials } from "../../../src/transport/check-credentials.ts";

const servers = { registry: { credentials: { username: "me", password: "secret" } } };
const mine = "docker://registry.example/app:1";

describe("given credentials", () => {
  it.each([
    [mine, "docker://other.example/app:flat"],
    ["docker://alpine", "docker://registry.example/alpine"],
    ["other.example/app:1", mine],
  ])("are never sent to two registries: %s to %s", (source, destination) => {
    expect(() => checkCredentials(source, destination, servers)).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.not.stringContaining("secret") }),
    );
  });

  it.each([
    [mine, "docker://registry.example/other:flat"],
    [mine, "registry.example/app:flat"],
    [mine, "oci:layout:flat"],
    ["app.tar", mine],
    [mine, undefined],
  ])("may be used for one: %s to %s", (source, destination) => {
    expect(() => checkCredentials(source, destination, servers)).not.toThrow();
  });

  it("are no matter where there are none", () => {
    expect(() => checkCredentials(mine, "docker://other.example/app:flat", {})).not.toThrow();
  });
});
