import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createFile } from "../../../../src/bytes/file-writer.ts";
import { connectEngine } from "../../../../src/transport/daemon/client.ts";
import { connectDirectly } from "../../../../src/transport/daemon/connect.ts";
import { download } from "../../../../src/transport/daemon/download.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const engines = fakeEngines(folder);
const running = new AbortController().signal;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("A download", () => {
  it("writes a body that arrives in chunks of any size, and passes each piece on first", async () => {
    const parts = Array.from({ length: 60 }, (_, at) => randomBytes(1 + at * 5000));
    const client = await engines.start((_, response) => {
      for (const part of parts) response.write(part);
      response.end();
    });
    const seen = createHash("sha256");
    await using file = await createFile(folder.in("got"), { signal: running, side: "scratch" });
    await client.download({ path: "/images/get", query: { names: ["a", "b"] } }, file, (piece) => seen.update(piece));
    const expected = digest(Buffer.concat(parts));
    expect(digest(readFileSync(folder.in("got")))).toBe(expected);
    expect(seen.digest("hex")).toBe(expected);
  });

  it("that is refused fails with the engine's message and writes nothing", async () => {
    const client = await engines.start((_, response) => response.writeHead(404).end('{"message":"no such image"}'));
    await using file = await createFile(folder.in("none"), { signal: running, side: "scratch" });
    await expect(client.download({ path: "/images/get" }, file, () => {})).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
      message: "the engine answered: no such image",
    });
    expect(file.size).toBe(0);
  });

  it("that ends early, or is aborted, is an error", async () => {
    const client = await engines.start((_, response) => {
      response.write("some");
      setTimeout(() => response.destroy(), 20);
    });
    await using file = await createFile(folder.in("part"), { signal: running, side: "scratch" });
    await expect(client.download({ path: "/images/get" }, file, () => {})).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(/broke its answer off: it ended too early$/),
    });
    await engines.stopAll();
    const abort = new AbortController();
    const endpoint = await engines.listen((_, response) => void response.write("some"), "1.41");
    const stopped = await connectEngine("docker", endpoint, abort.signal);
    const waiting = stopped.download({ path: "/images/get" }, file, () => abort.abort(new Error("stop here")));
    await expect(waiting).rejects.toThrow("stop here");
  });

  it("ends with its body, even if the connection stays open", async () => {
    const path = folder.in("open.sock");
    const server = createServer((socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")).listen(
      path,
    );
    servers.push(server);
    const connect = connectDirectly({ kind: "unix", path, text: path });
    if (connect === undefined) throw new Error("a unix socket can be connected to");
    await using file = await createFile(folder.in("open"), { signal: running, side: "scratch" });
    expect(await download({ host: "x", path: "/", file, connect, see() {} }, running)).toBe(200);
    expect(readFileSync(folder.in("open"), "utf8")).toBe("hi");
  });

  it("from a server that does not speak HTTP is an error", async () => {
    const path = folder.in("strange.sock");
    const server = createServer((socket) => socket.end("SSH-2.0-strange\r\n\r\n")).listen(path);
    servers.push(server);
    const connect = connectDirectly({ kind: "unix", path, text: path });
    if (connect === undefined) throw new Error("a unix socket can be connected to");
    await using file = await createFile(folder.in("strange"), { signal: running, side: "scratch" });
    await expect(download({ host: "x", path: "/", file, connect, see() {} }, running)).rejects.toThrow("not HTTP");
  });
});
