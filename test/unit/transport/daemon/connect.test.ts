import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { connect } from "../../../../src/transport/daemon/connect.ts";
import { parseHost } from "../../../../src/transport/daemon/endpoint.ts";
import { gather } from "../../../support/byte-streams.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
afterEach(() => vi.unstubAllEnvs());

test("a server that does not answer the TLS handshake is not waited for without end", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const socket = connect("docker", { kind: "tcp", text: "", host: "127.0.0.1", port, tls: { verify: true } });
    const failed = once(socket, "error");
    await once(socket, "connect");
    vi.advanceTimersByTime(30_000);
    expect((await failed).map(String)).toEqual(["Error: no connection within 30 seconds"]);
  } finally {
    vi.useRealTimers();
    server.close();
  }
});

test.each([
  ["docker", "docker --host unix:///run/e.sock system dial-stdio"],
  ["podman", "podman --url unix:///run/e.sock system dial-stdio"],
] as const)("%s is reached over ssh by its own command", async (engine, command) => {
  writeFileSync(folder.in("ssh"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  vi.stubEnv("PATH", `${folder.path}:${process.env.PATH}`);
  const stream = connect(engine, parseHost("ssh://me@build.example:99/run/e.sock", undefined));
  expect((await gather(stream)).toString()).toMatch(new RegExp(`-p 99 -- me@build.example ${command}\n$`));
});
