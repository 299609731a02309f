import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { serverOptions } from "../../../../src/cli/actions/server-options.ts";
import type { ServerFlags } from "../../../../src/cli/commands/server-options.ts";
import type { Surroundings } from "../../../../src/cli/surroundings.ts";

const read = (flags: ServerFlags, input = "") =>
  serverOptions(flags, {
    stdin: Readable.from([Buffer.from(input)]),
    env: { HOME: "/home/me" },
  } as never as Surroundings);

describe("the options for servers", () => {
  test("are empty by default", async () => {
    const options = await read({});
    const said = Object.values(options).flatMap((server) => Object.values(server));
    expect(said.filter((value) => value !== undefined)).toEqual([]);
  });

  test("become the library's options for daemons", async () => {
    const flags = { host: "tcp://d:2376", tlsverify: true, tlscacert: "ca", tlscert: "cert", tlskey: "key" };
    expect(await read({ ...flags, podmanHost: "unix:///p.sock" })).toMatchObject({
      docker: { host: "tcp://d:2376", tlsVerify: true, tlsCaCert: "ca", tlsCert: "cert", tlsKey: "key" },
      podman: { host: "unix:///p.sock" },
    });
  });

  test("use --config also for docker's credentials for registries", async () => {
    expect(await read({ config: "/etc/docker-cli" })).toMatchObject({
      docker: { configDirectory: "/etc/docker-cli" },
      registry: { environment: { HOME: "/home/me", DOCKER_CONFIG: "/etc/docker-cli" } },
    });
  });

  test.each(["true", "false"] as const)("have --tls-verify %s for registries, not for daemons", async (tlsVerify) => {
    const options = await read({ tlsVerify });
    expect([options.registry?.tlsVerify, options.docker?.tlsVerify]).toEqual([tlsVerify === "true", undefined]);
  });

  test.each(["me:pass:word\nrest", "me:pass:word\r\n", "me:pass:word"])(
    "may have credentials on stdin: %j",
    async (input) => {
      const { registry } = await read({ credsStdin: true }, input);
      expect(registry?.credentials).toEqual({ username: "me", password: "pass:word" });
    },
  );

  test("require a password with the user, and an error does not repeat it", async () => {
    await expect(read({ creds: "secretive" })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: "credentials have the form USER:PASSWORD",
    });
  });
});
