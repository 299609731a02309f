import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { TransportError } from "../../../../src/errors.ts";
import { registryConnector } from "../../../../src/transport/registry/connector.ts";
import { registrySettings } from "../../../../src/transport/registry/options.ts";

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const UNWANTED = new TransportError("TRANSPORT_FAILED", "certificates were asked for");

/** What a connection comes to whose certificates cannot be had. */
function connect(url: string, tlsVerify = true): Promise<"connected" | Error> {
  const settings = registrySettings({ environment: {}, tlsVerify });
  const connector = registryConnector(() => {
    throw UNWANTED;
  }, settings);
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

test("no certificates are asked for where plain HTTP is spoken", async () => {
  const port = await serverOf("HTTP/1.0 400 Bad Request\r\n\r\n");
  expect(await connect(`http://127.0.0.1:${port}`)).toBe("connected");
  expect(await connect(`https://127.0.0.1:${port}`)).toMatchObject({ code: "ERR_SSL_WRONG_VERSION_NUMBER" });
});

test("they are asked for where TLS may be spoken, and their error is that of the connection", async () => {
  const alert = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]).toString("latin1");
  expect(await connect(`https://127.0.0.1:${await serverOf(alert)}`)).toBe(UNWANTED);
  expect(await connect(`https://127.0.0.1:${await serverOf("")}`)).toBe(UNWANTED);
  expect(await connect("https://registry.planish.test")).toBe(UNWANTED);
  expect(await connect("https://127.0.0.1:1", false)).toBe(UNWANTED);
});
