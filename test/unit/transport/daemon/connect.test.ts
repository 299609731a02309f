import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { connect } from "../../../../src/transport/daemon/connect.ts";

test("a server that does not answer the TLS handshake is not waited for without end", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const socket = connect({ kind: "tcp", text: "", host: "127.0.0.1", port, tls: { verify: true } });
    const failed = once(socket, "error");
    await once(socket, "connect");
    vi.advanceTimersByTime(30_000);
    expect((await failed).map(String)).toEqual(["Error: no connection within 30 seconds"]);
  } finally {
    vi.useRealTimers();
    server.close();
  }
});
