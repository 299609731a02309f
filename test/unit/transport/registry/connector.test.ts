import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { TransportError } from "../../../../src/errors.ts";
import { registryConnector } from "../../../../src/transport/registry/connector.ts";
import { registrySettings } from "../../../../src/transport/registry/options.ts";

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const UNWANTED = new TransportError("TRANSPORT_FAILED", "certificates were asked for");

interface Connecting {
  readonly tlsVerify?: boolean;
  readonly timeout?: number;
  readonly closing?: AbortSignal;
}

/** The result of a connection whose certificates cannot be loaded. */
function connect(url: string, connecting: Connecting = {}): Promise<"connected" | Error> {
  const { tlsVerify, timeout = 60_000, closing = new AbortController().signal } = connecting;
  const settings = registrySettings({ environment: {}, tlsVerify, timeouts: { connect: timeout } });
  const trust = () => {
    throw UNWANTED;
  };
  const connector = registryConnector(trust, settings, closing);
  const { hostname, host, protocol, port } = new URL(url);
  return new Promise((resolve) => {
    connector({ hostname, host, protocol, port }, (error, socket) => {
      resolve(error ?? "connected");
      socket?.destroy();
    });
  });
}

/** The port of a server that answers whatever comes with some text. */
async function serverOf(text: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {}).once("data", () => socket.end(text));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The port of a server that takes connections and says nothing, so that a handshake never ends. */
async function mutePort(): Promise<number> {
  const server = createServer({ pauseOnConnect: true });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

test("no certificates are loaded if the server speaks plain HTTP", async () => {
  const port = await serverOf("HTTP/1.0 400 Bad Request\r\n\r\n");
  expect(await connect(`http://127.0.0.1:${port}`)).toBe("connected");
  expect(await connect(`https://127.0.0.1:${port}`)).toMatchObject({ code: "ERR_SSL_WRONG_VERSION_NUMBER" });
});

test("no certificates are loaded if nothing answers, and the timeout passes once", async () => {
  expect(await connect("https://127.0.0.1:1")).toMatchObject({ code: "ECONNREFUSED" });
  const url = `https://127.0.0.1:${await mutePort()}`;
  expect(await connect(url, { timeout: 100 })).toMatchObject({ code: "UND_ERR_CONNECT_TIMEOUT" });
});

test("a connection that is not established ends when all are closed", async () => {
  const closing = new AbortController();
  setTimeout(() => closing.abort(), 50);
  const url = `https://127.0.0.1:${await mutePort()}`;
  expect(await connect(url, { closing: closing.signal })).toMatchObject({ name: "AbortError" });
});

test("certificates are loaded if the server may speak TLS, and their error is that of the connection", async () => {
  const alert = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]).toString("latin1");
  expect(await connect(`https://127.0.0.1:${await serverOf(alert)}`)).toBe(UNWANTED);
  expect(await connect(`https://127.0.0.1:${await serverOf("")}`)).toBe(UNWANTED);
  expect(await connect("https://registry.planish.test")).toBe(UNWANTED);
  expect(await connect("https://127.0.0.1:1", { tlsVerify: false })).toBe(UNWANTED);
});
