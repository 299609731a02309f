import { describe, expect, it } from "vitest";
import { chunksOf } from "../../../../src/bytes/chunks-of.ts";
import { connectEngine, type EngineClient, isOlder } from "../../../../src/transport/daemon/client.ts";
import { LoadUpload } from "../../../../src/transport/daemon/load-upload.ts";
import { saveImages } from "../../../../src/transport/daemon/source.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { readNaively } from "../../../support/naive-tar.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";

const folder = testFolder();
const engines = fakeEngines(folder);
const { start: engine, listen: listening } = engines;

describe("connectEngine", () => {
  it.each([
    ["1.41", "1.41"],
    ["1.9", "1.9"],
    ["1.52", "1.52"],
    ["1.99", "1.52"],
    ["2.0", "1.52"],
  ])("speaks to an engine of API %s in %s", async (offered, spoken) => {
    const urls: (string | undefined)[] = [];
    const client = await engine((request, response) => {
      urls.push(request.url);
      response.end("[]");
    }, offered);
    expect(await client.json({ path: "/images/json", query: { names: ["a", "b/c"], none: undefined } })).toEqual([]);
    expect(urls).toEqual([`/v${spoken}/images/json?names=a&names=b%2Fc`]);
    expect(isOlder("1.9", "1.41")).toBe(true);
  });

  it("says that nothing answers at an address, and what to do about it", async () => {
    const path = folder.in("nothing.sock");
    const endpoint = { kind: "unix", path, text: `unix://${path}` } as const;
    await expect(connectEngine("docker", endpoint, new AbortController().signal)).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: `cannot reach docker at unix://${path}: connect ENOENT ${path}`,
      details: { hint: expect.stringContaining("is the daemon running?") },
    });
    await expect(connectEngine("podman", endpoint, new AbortController().signal)).rejects.toMatchObject({
      details: { hint: expect.stringContaining("podman system service") },
    });
  });

  it("does not mistake a web server for an engine", async () => {
    const endpoint = await listening((_, response) => response.end());
    await expect(connectEngine("docker", endpoint, new AbortController().signal)).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: expect.stringContaining("is not docker: status 200"),
    });
  });
});

describe("an engine's answers", () => {
  it.each([
    [404, '{"message":"No such image: x"}', "SOURCE_NOT_FOUND", "No such image: x"],
    [409, '{"message":"conflict"}', "DESTINATION_REFUSED", "conflict"],
    [500, '{"cause":"c","message":"disk on fire"}', "TRANSPORT_FAILED", "disk on fire"],
    [502, "<html>bad gateway", "TRANSPORT_FAILED", "<html>bad gateway"],
    [503, "", "TRANSPORT_FAILED", "status 503"],
  ])("of status %i are errors in its own words", async (status, body, code, words) => {
    const client = await engine((_, response) => response.writeHead(status).end(body));
    const message = `the engine answered: ${words}`;
    await expect(client.json({ path: "/x" })).rejects.toMatchObject({ code, message, details: { status } });
  });

  it("that are not JSON, or end early, are errors", async () => {
    const client = await engine((request, response) => {
      if (request.url?.endsWith("/text")) response.end("hello");
      else response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy());
    });
    await expect(client.json({ path: "/text" })).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    const broken = { code: "TRANSPORT_FAILED", message: expect.stringContaining("broke its answer off") };
    await expect(client.json({ path: "/broken" })).rejects.toMatchObject(broken);
  });

  it("that are too large are the engine's fault, and no limit of the user's", async () => {
    const client = await engine((_, response) => response.end(Buffer.alloc(2 ** 26 + 1)));
    await expect(client.json({ path: "/info" })).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(/^docker at unix:.* gave an answer of more than 67.1 MB/),
    });
  });

  it("are not waited for once the run is aborted", async () => {
    const abort = new AbortController();
    const endpoint = await listening(() => abort.abort(new Error("stop here")), "1.41");
    const client = await connectEngine("docker", endpoint, abort.signal);
    await expect(client.json({ path: "/slow" })).rejects.toThrow("stop here");
    await expect(client.json({ path: "/next" })).rejects.toThrow("stop here");
  });

  it("of an error are not waited for either, and do not hide the abort", async () => {
    const abort = new AbortController();
    const endpoint = await listening((_, response) => {
      response.writeHead(500).write("{", () => setTimeout(() => abort.abort(new Error("stop here")), 50));
    }, "1.41");
    const client = await connectEngine("docker", endpoint, abort.signal);
    await expect(client.json({ path: "/slow" })).rejects.toThrow("stop here");
  });

  it("to a save may end in an error after status 200", async () => {
    await using context = transportContext(folder.path);
    const client = await engine((_, response) => {
      response.write(new Uint8Array(2048));
      response.end('{"errorDetail":{"message":"\\"é\\" is gone"},"error":"\\"é\\" is gone"}\r\n');
    });
    const failure = { code: "TRANSPORT_FAILED", message: 'the engine could not save the image: "é" is gone' };
    await expect(saveImages(client, { names: ["x"] }, context)).rejects.toMatchObject(failure);
  });
});

describe("LoadUpload", () => {
  const bytes = (text: string) => chunksOf(Buffer.from(text));

  it("sends its members as one tar while they are made", async () => {
    const sent: Buffer[] = [];
    const client = await engine((request, response) => {
      request.on("data", (chunk: Buffer) => sent.push(chunk));
      request.on("end", () => response.end('{"stream":"Loaded image: x:1\\n"}\n'));
    });
    const upload = new LoadUpload(client, new AbortController().signal);
    await upload.add({ path: "a", size: 3, stream: bytes("one") });
    await upload.add({ path: "b", size: 0, stream: bytes("") });
    await upload.finish();
    const tar = Buffer.concat(sent);
    expect(readNaively(tar).map(({ name }) => name)).toEqual(["a", "b"]);
    expect(tar.length % 512).toBe(0);
  });

  it("fails with the error of a member, not with that of the connection that it breaks", async () => {
    const client = await engine((request) => void request.resume());
    const upload = new LoadUpload(client, new AbortController().signal);
    const corrupt = (async function* () {
      yield Buffer.from("begin");
      throw new Error("the layer is corrupt");
    })();
    await expect(upload.add({ path: "a", size: 9, stream: corrupt })).rejects.toThrow("the layer is corrupt");
    await expect(upload.add({ path: "b", size: 3, stream: bytes("two") })).rejects.toThrow("the layer is corrupt");
    const short = new LoadUpload(client, new AbortController().signal);
    await expect(short.add({ path: "a", size: 9, stream: bytes("one") })).rejects.toThrow("3 bytes where 9");
  });

  it("fails even if the engine has begun to answer, or ends its answer too early", async () => {
    const client = await engine((request, response) => {
      request.resume().on("end", () => response.end());
      response.writeHead(200).write('{"status":"loading"}\n');
    });
    const upload = new LoadUpload(client, new AbortController().signal);
    const corrupt = (async function* () {
      yield Buffer.from("begin");
      await new Promise((resolve) => setTimeout(resolve, 100));
      throw new Error("the layer is corrupt");
    })();
    await expect(upload.add({ path: "a", size: 9, stream: corrupt })).rejects.toThrow("the layer is corrupt");
    await expect(upload.finish()).rejects.toThrow("the layer is corrupt");
    await engines.stopAll();
    const hasty = await engine((_, response) => response.end('{"stream":"Loaded image: x:1"}\n'));
    const early = new LoadUpload(hasty, new AbortController().signal);
    const endless = (async function* () {
      for (;;) yield new Uint8Array(1024);
    })();
    await expect(early.add({ path: "a", size: 2 ** 40, stream: endless })).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("before it had the whole image"),
    });
  });

  it("fails as a broken upload, not as an unreachable engine, when the engine dies during it", async () => {
    const client = await engine((request) => void request.once("data", () => request.socket.destroy()));
    const endless = (async function* () {
      for (;;) yield new Uint8Array(1024);
    })();
    const upload = new LoadUpload(client, new AbortController().signal);
    await expect(upload.add({ path: "a", size: 2 ** 40, stream: endless })).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("broke the upload off"),
    });
    await engines.stopAll();
    const late = new LoadUpload(client, new AbortController().signal);
    const refused = { code: "DAEMON_UNREACHABLE" };
    await expect(late.add({ path: "a", size: 3, stream: bytes("one") })).rejects.toMatchObject(refused);
  });

  it("fails likewise when the engine dies during its first chunk", async () => {
    const client = await engine((request) => void request.socket.destroy());
    const body = chunksOf(new Uint8Array(16 * 1024 * 1024));
    await expect(client.request({ method: "POST", path: "/images/load", body })).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("broke the upload off"),
    });
  });

  it("fails with a refusal that arrives while it sends, and can be aborted", async () => {
    const client = await engine((_, response) => response.writeHead(500).end('{"message":"no space left on device"}'));
    const upload = new LoadUpload(client, new AbortController().signal);
    const endless = (async function* () {
      for (;;) yield new Uint8Array(1024 * 1024);
    })();
    await expect(upload.add({ path: "a", size: 2 ** 40, stream: endless })).rejects.toMatchObject({
      code: "DISK_FULL",
    });
    const stuck = new LoadUpload(await engineThatWaits(), new AbortController().signal);
    await stuck.add({ path: "a", size: 3, stream: bytes("one") });
    await stuck.abort();
    await expect(stuck.add({ path: "b", size: 3, stream: bytes("two") })).rejects.toThrow("given up");
  });

  async function engineThatWaits(): Promise<EngineClient> {
    await engines.stopAll();
    return engine((request) => void request.resume());
  }
});
