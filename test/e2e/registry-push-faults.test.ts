import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Seen, startFaultProxy } from "../support/registry/fault-proxy.ts";
import { writeImage } from "../support/registry/image-fixture.ts";
import { type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { bytesOf, openDestination, openSource } from "../support/registry/session-fixture.ts";
import { isUpload, PUSHED_IMAGE, PUSHED_LAYER, writeThrough } from "../support/registry/write-through.ts";

const MIB = 1024 * 1024;
let server: RegistryServer;

describe.skipIf(!registryAvailable())("pushing over a bad line to docker's registry", () => {
  beforeAll(async () => {
    server = await startRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("an interrupted upload, which this registry cannot resume, is restarted", async () => {
    const wrote = await writeThrough(server.port, { match: isUpload("PUT"), faults: [{ cutRequestAfter: 2_000_000 }] });
    expect(wrote.opened).toBe(2);
    expect(wrote.methods.slice(0, 2)).toEqual(["POST", "PUT"]);
    expect(wrote.methods.at(-1)).toBe("PUT");
  });

  test("a blob whose last answer was lost is found and not sent again", async () => {
    const wrote = await writeThrough(server.port, { match: isUpload("PUT"), faults: [{ loseResponse: true }] });
    expect(wrote).toEqual({ opened: 1, methods: ["POST", "PUT"] });
  });

  test("a request that is too large for a proxy is sent in chunks", async () => {
    const tooLarge = ({ method, headers }: Seen) => method === "PUT" && Number(headers["content-length"]) > 4 * MIB;
    const every = Array.from({ length: 50 }, () => ({ status: 413 }));
    const wrote = await writeThrough(server.port, { match: tooLarge, faults: every });
    expect(wrote.methods.filter((method) => method === "PATCH").length).toBeGreaterThan(0);
  });

  test("temporary errors are retried for every kind of request", async () => {
    const before = new Set<string>();
    await using proxy = await startFaultProxy(server.port, ({ method, url }) => {
      const what = `${method} ${url.replace(/uploads\/.*/, "uploads")}`;
      if (before.has(what)) return undefined;
      before.add(what);
      return { status: 503 };
    });
    await using to = await openDestination(`${proxy.host}/faults/moment:1`, {
      retry: { retries: 20, base: 1, cap: 2 },
    });
    await writeImage(to, PUSHED_IMAGE);
    await using from = await openSource(`${server.host}/faults/moment:1`);
    expect(Buffer.compare(await bytesOf(from, PUSHED_LAYER.descriptor), PUSHED_LAYER.bytes)).toBe(0);
  });

  test("a request without an answer is repeated", async () => {
    const wrote = await writeThrough(server.port, {
      match: isUpload("POST"),
      faults: [{ delay: 3000 }],
      options: { timeouts: { response: 300 } },
    });
    expect(wrote.opened).toBe(1);
  });

  test("the error of a registry that keeps failing has its own message", async () => {
    const body = '{"errors":[{"code":"UNAVAILABLE","message":"the disk\\u001b[31m is full"}]}';
    const down = { status: 503, body };
    await using proxy = await startFaultProxy(server.port, ({ method }) => (method === "POST" ? down : undefined));
    await using to = await openDestination(`${proxy.host}/faults/down:1`, { retry: { retries: 2, base: 1 } });
    await expect(writeImage(to, PUSHED_IMAGE)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("UNAVAILABLE: the disk\uFFFD[31m is full"),
    });
    expect(proxy.seen.filter(({ method }) => method === "POST")).toHaveLength(3);
  });

  test("a registry that refuses a manifest ends in DESTINATION_REFUSED with its code", async () => {
    await using to = await openDestination(`${server.host}/faults/refused:1`);
    await to.writeManifest(PUSHED_IMAGE.manifest);
    await expect(to.commit(PUSHED_IMAGE.manifest.descriptor, [])).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      details: { registryCodes: expect.arrayContaining(["MANIFEST_BLOB_UNKNOWN"]) },
    });
  });
});
