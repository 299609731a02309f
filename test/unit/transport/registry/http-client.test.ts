import { createHash, randomBytes } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { release } from "../../../../src/bytes/release.ts";
import type { HttpClient } from "../../../../src/transport/registry/exchange.ts";
import { createHttpClient } from "../../../../src/transport/registry/http-client.ts";
import { registrySettings } from "../../../../src/transport/registry/options.ts";

const open: (AsyncDisposable | Server)[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function start(answer: RequestListener): Promise<{ readonly client: HttpClient; readonly url: URL }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const settings = registrySettings({ environment: {}, certificateRoots: [] });
  const client = await createHttpClient({ registry: url.host, settings, signal: new AbortController().signal });
  open.push(server, client);
  return { client, url };
}

test("the memory of a chunk may be reused when the next one is requested, however slow the server is", async () => {
  const received = createHash("sha256");
  const { client, url } = await start((request, response) => {
    request.on("data", (chunk: Buffer) => {
      received.update(chunk);
      request.pause();
      setImmediate(() => request.resume());
    });
    request.on("end", () => response.end());
  });
  const sent = createHash("sha256");
  async function* body() {
    for (const size of [10, 1_000_000, 3, 65_535, 65_536, 65_537, 700, 1_048_576, 1_048_576, 20_000]) {
      const chunk = Buffer.allocUnsafeSlow(size);
      randomBytes(size).copy(chunk);
      sent.update(chunk);
      yield chunk;
      chunk.fill(0xff);
      release(chunk);
    }
  }
  const response = await client.send({ method: "PUT", url, headers: {}, body });
  await response.discard();
  expect(received.digest("hex")).toBe(sent.digest("hex"));
});

test("an error of the body is thrown, not the connection error that follows from it", async () => {
  const { client, url } = await start((request) => void request.resume());
  const failure = new Error("the disk is gone");
  async function* body() {
    yield new Uint8Array(100_000);
    await sleep(10);
    throw failure;
  }
  await expect(client.send({ method: "PUT", url, headers: {}, body })).rejects.toBe(failure);
  const unopened = (): never => {
    throw failure;
  };
  await expect(client.send({ method: "PUT", url, headers: {}, body: unopened })).rejects.toBe(failure);
});

test("consecutive requests share a connection, whatever they are and however their bodies end", async () => {
  const sockets = new Set<unknown>();
  const { client, url } = await start((request, response) => {
    sockets.add(request.socket);
    response.end("some bytes");
  });
  for (const method of ["GET", "HEAD", "GET", "HEAD", "GET"] as const) {
    const response = await client.send({ method, url, headers: {} });
    await response.discard();
  }
  const read = await client.send({ method: "GET", url, headers: {} });
  for await (const _ of read.stream());
  await (await client.send({ method: "HEAD", url, headers: {} })).discard();
  expect(sockets.size).toBe(1);
});

test("an abort ends a request with its reason: before a connection, before a response and within a body", async () => {
  const { client, url } = await start((request, response) => {
    if (request.url === "/half") response.writeHead(200, { "content-length": 100 }).write("some");
  });
  // It accepts connections and says nothing, so that a handshake never ends.
  const mute = createTcpServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const unconnected = new URL(`https://127.0.0.1:${(mute.address() as AddressInfo).port}/`);
  for (const silent of [unconnected, url]) {
    const abort = new AbortController();
    const sent = client.send({ method: "GET", url: silent, headers: {}, signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 20);
    await expect(sent).rejects.toThrow("enough");
  }
  const abort = new AbortController();
  const half = { method: "GET", url: new URL("half", url), headers: {}, signal: abort.signal } as const;
  const read = async () => {
    for await (const _ of (await client.send(half)).stream()) abort.abort(new Error("enough"));
  };
  await expect(read()).rejects.toThrow("enough");
  mute.close();
});

test("a body that breaks off is a temporary failure, after the bytes that came", async () => {
  const { client, url } = await start((_, response) => {
    response.writeHead(200, { "content-length": 100 }).write("some", () => response.destroy());
  });
  const response = await client.send({ method: "GET", url, headers: {} });
  let read = 0;
  const reading = (async () => {
    for await (const block of response.stream()) read += block.length;
  })();
  await expect(reading).rejects.toMatchObject({ code: "TRANSPORT_FAILED", details: { temporary: true } });
  expect(read).toBe(4);
});

test("a slow reader pauses the server, and one that stops closes the connection", async () => {
  let written = 0;
  let closed = (): void => {};
  const hungUp = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { client, url } = await start((_, response) => {
    const piece = Buffer.alloc(65_536);
    const write = (): void => {
      while (!response.destroyed && response.write(piece)) written += piece.length;
    };
    response.on("drain", write).on("close", closed);
    write();
  });
  const response = await client.send({ method: "GET", url, headers: {} });
  for await (const _ of response.stream()) {
    await sleep(200);
    expect(written).toBeLessThan(64 * 1024 * 1024);
    break;
  }
  await hungUp;
});

test("a body may come in bursts to a reader that is slow each time", async () => {
  const burst = Buffer.alloc(1024 * 1024);
  const bursts = 4;
  let more = (): void => {};
  const { client, url } = await start((request, response) => {
    if (request.url === "/more") {
      response.end();
      more();
      return;
    }
    response.writeHead(200, { "content-length": bursts * burst.length });
    more = () => void response.write(burst);
    more();
  });
  let read = 0;
  for await (const block of (await client.send({ method: "GET", url, headers: {} })).stream()) {
    if (read % burst.length === 0) await sleep(30);
    read += block.length;
    if (read % burst.length > 0 || read === bursts * burst.length) continue;
    await (await client.send({ method: "GET", url: new URL("more", url), headers: {} })).discard();
    await sleep(30);
  }
  expect(read).toBe(bursts * burst.length);
});
