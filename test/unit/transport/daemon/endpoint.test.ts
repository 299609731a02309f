import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../../src/oci/digest.ts";
import { dockerEndpoint, parseHost, podmanEndpoint } from "../../../../src/transport/daemon/endpoint.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();

function write(name: string, content: string): void {
  mkdirSync(dirname(folder.in(name)), { recursive: true });
  writeFileSync(folder.in(name), content);
}

/** A context as `docker context create` leaves it on the disk. */
function writeContext(name: string, host: string, tls: readonly string[] = []): void {
  const id = sha256(name).replace("sha256:", "");
  write(`contexts/meta/${id}/meta.json`, JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
  for (const file of tls) write(`contexts/tls/${id}/docker/${file}`, `text of ${file}`);
}

describe("parseHost", () => {
  it.each([
    ["unix:///run/docker.sock", { kind: "unix", path: "/run/docker.sock" }],
    ["/run/docker.sock", { kind: "unix", path: "/run/docker.sock", text: "unix:///run/docker.sock" }],
    ["tcp://build.example", { kind: "tcp", host: "build.example", port: 2375, tls: undefined }],
    ["tcp://[::1]:99", { kind: "tcp", host: "::1", port: 99 }],
    ["https://build.example", { kind: "tcp", port: 2376, tls: { verify: true } }],
    ["https://build.example:443", { kind: "tcp", port: 443, tls: { verify: true } }],
    ["http://build.example:80", { kind: "tcp", port: 80, tls: undefined }],
    ["ssh://build.example", { kind: "ssh", destination: "build.example", port: undefined, socket: undefined }],
    ["ssh://me@build.example:22", { kind: "ssh", destination: "me@build.example", port: 22 }],
    ["ssh://build.example/run/user/1/docker.sock", { kind: "ssh", socket: "/run/user/1/docker.sock" }],
  ])("reads %s", (text, endpoint) => {
    expect(parseHost(text, undefined)).toMatchObject(endpoint);
  });

  it.each([
    "npipe:////./pipe/docker",
    "build.example:2375",
    "",
    "unix://",
    "tcp://me:secret@host",
    "https://secret@host",
    "ssh://me:secret@host",
    "ssh://-oProxyCommand=x@host",
    "ssh://%2doProxyCommand=x@host",
    "ssh://%zz@host",
    "ssh://host/%ff",
  ])("refuses %s, and does not repeat a password", (text) => {
    const failure = expect.objectContaining({
      code: "ARGUMENT_INVALID",
      message: expect.not.stringContaining("secret"),
    });
    expect(() => parseHost(text, undefined)).toThrow(failure);
  });
});

describe("dockerEndpoint", () => {
  it("prefers host, context, DOCKER_HOST, DOCKER_CONTEXT, current context and default socket, in this order", async () => {
    const configDirectory = folder.path;
    writeContext("named", "tcp://named.example:1");
    writeContext("current", "tcp://current.example:1");
    const text = async (options: object, env: Record<string, string> = {}) =>
      (await dockerEndpoint({ configDirectory, ...options }, env)).text;
    expect(await text({})).toBe("unix:///var/run/docker.sock");
    write("config.json", JSON.stringify({ currentContext: "current" }));
    expect(await text({})).toBe("tcp://current.example:1");
    expect(await text({}, { DOCKER_CONTEXT: "named" })).toBe("tcp://named.example:1");
    expect(await text({}, { DOCKER_CONTEXT: "named", DOCKER_HOST: "unix:///env" })).toBe("unix:///env");
    expect(await text({ context: "named" }, { DOCKER_HOST: "unix:///env" })).toBe("tcp://named.example:1");
    expect(await text({ context: "default" })).toBe("unix:///var/run/docker.sock");
    expect(await text({ host: "unix:///host" }, { DOCKER_HOST: "unix:///env" })).toBe("unix:///host");
  });

  it("reads a context's certificates, and those that the flags or DOCKER_CERT_PATH name", async () => {
    const configDirectory = folder.path;
    writeContext("secure", "tcp://secure.example:1", ["ca.pem", "key.pem", "cert.pem"]);
    expect(await dockerEndpoint({ configDirectory, context: "secure" }, {})).toMatchObject({
      tls: { ca: "text of ca.pem", key: "text of key.pem", cert: "text of cert.pem", verify: true },
    });
    write("certificates/ca.pem", "authority");
    const env = { DOCKER_HOST: "tcp://x", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder.in("certificates") };
    expect(await dockerEndpoint({ configDirectory }, env)).toMatchObject({ port: 2376, tls: { ca: "authority" } });
    const missing = { host: "tcp://x", tlsVerify: true, tlsCaCert: folder.in("nothing.pem") };
    await expect(dockerEndpoint(missing, {})).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  it("refuses a host and a context together, a context that is not there, and a config that is not JSON", async () => {
    const configDirectory = folder.path;
    const both = { configDirectory, host: "unix:///x", context: "default" };
    await expect(dockerEndpoint(both, {})).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    const absent = { configDirectory, context: "absent" };
    await expect(dockerEndpoint(absent, {})).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
    write("config.json", "{");
    await expect(dockerEndpoint({ configDirectory }, {})).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });
});

describe("podmanEndpoint", () => {
  it("prefers host, CONTAINER_HOST and this user's socket, in this order", () => {
    const env = { CONTAINER_HOST: "unix:///env", XDG_RUNTIME_DIR: "/run/user/7" };
    expect(podmanEndpoint("unix:///host", env).text).toBe("unix:///host");
    expect(podmanEndpoint(undefined, env).text).toBe("unix:///env");
    const own = process.getuid?.() === 0 ? "/run/podman/podman.sock" : "/run/user/7/podman/podman.sock";
    expect(podmanEndpoint(undefined, { XDG_RUNTIME_DIR: "/run/user/7" }).text).toBe(`unix://${own}`);
  });
});
