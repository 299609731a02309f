import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chunksOf } from "../../src/bytes/chunks-of.ts";
import type { RegistryOptions } from "../../src/transport/registry/options.ts";
import { type Fault, type Seen, startFaultProxy } from "../support/registry/fault-proxy.ts";
import { type Blob, encodingLayer, imageFixture, writeImage } from "../support/registry/image-fixture.ts";
import { type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { bytesOf, openDestination, openSource } from "../support/registry/session-fixture.ts";
import { startSpecRegistry } from "../support/registry/spec-registry.ts";

const IMAGE = imageFixture([5_000_000]);
const LAYER = IMAGE.layers[0] as Blob;
const MIB = 1024 * 1024;

const is =
  (...methods: readonly string[]) =>
  ({ method, url }: Seen) =>
    methods.includes(method) && url.includes("/uploads/");
const sendsBytes = ({ headers }: Seen) => headers["content-length"] !== "0";

/** Writes the layer as a blob through a proxy whose faults meet the requests that match, one each. */
async function writeThrough(
  port: number,
  match: (seen: Seen) => boolean,
  faults: readonly Fault[],
  options: RegistryOptions = {},
) {
  const left = [...faults];
  await using proxy = await startFaultProxy(port, (seen) => (match(seen) ? left.shift() : undefined));
  await using to = await openDestination(
    `${proxy.host}/faults/image-${Math.random().toString(36).slice(2)}:1`,
    options,
  );
  let opened = 0;
  await to.writeBlob(LAYER.descriptor, () => {
    opened += 1;
    return chunksOf(LAYER.bytes);
  });
  expect(await to.hasBlob(LAYER.descriptor)).toBe(true);
  return { opened, methods: proxy.seen.filter(is("POST", "PUT", "PATCH", "DELETE")).map(({ method }) => method) };
}

describe("pushing over a bad line to a registry that keeps to the specification", () => {
  test("a cut upload goes on where the registry says that it stopped", async () => {
    await using registry = await startSpecRegistry();
    const wrote = await writeThrough(registry.port, is("PUT"), [{ cutRequestAfter: 2_000_000 }]);
    expect(wrote).toEqual({ opened: 2, methods: ["POST", "PUT", "PATCH", "PUT"] });
    expect(registry.parts.map(({ method }) => method)).toEqual(["PUT", "PATCH"]);
    expect(registry.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(LAYER.bytes.length);
    expect(registry.blobs.get(LAYER.descriptor.digest)).toEqual(Buffer.from(LAYER.bytes));
  });

  test("an upload that was taken up at the wrong place is begun anew", async () => {
    await using registry = await startSpecRegistry({ miscounts: true });
    const wrote = await writeThrough(registry.port, is("PUT"), [{ cutRequestAfter: 2_000_000 }]);
    expect(wrote.opened).toBeGreaterThan(2);
    expect(registry.blobs.get(LAYER.descriptor.digest)).toEqual(Buffer.from(LAYER.bytes));
    expect(registry.uploads.size).toBe(0);
  });

  test("an upload that gets ahead may break any number of times", async () => {
    await using registry = await startSpecRegistry();
    const cuts = Array.from({ length: 9 }, () => ({ cutRequestAfter: 400_000 }));
    const wrote = await writeThrough(registry.port, (seen) => is("PUT", "PATCH")(seen) && sendsBytes(seen), cuts);
    expect(wrote.opened).toBe(10);
    expect(registry.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(LAYER.bytes.length);
  });

  test("a layer is encoded again after a break, and only what is missing is sent", async () => {
    await using registry = await startSpecRegistry();
    let cuts = 1;
    await using proxy = await startFaultProxy(registry.port, (seen) => {
      return is("PATCH")(seen) && cuts-- > 0 ? { cutRequestAfter: 2_000_000 } : undefined;
    });
    await using to = await openDestination(`${proxy.host}/faults/layer:1`);
    let produced = 0;
    const encoded = await to.writeLayer(() => {
      produced += 1;
      return encodingLayer(LAYER);
    });
    expect(encoded.digest).toBe(LAYER.descriptor.digest);
    expect(produced).toBe(2);
    expect(registry.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(LAYER.bytes.length);
  });

  test("a layer whose last answer was lost is not encoded again", async () => {
    await using registry = await startSpecRegistry();
    let faults = 1;
    await using proxy = await startFaultProxy(registry.port, (seen) => {
      return is("PUT")(seen) && faults-- > 0 ? { status: 503 } : undefined;
    });
    await using to = await openDestination(`${proxy.host}/faults/layer:1`);
    let produced = 0;
    await to.writeLayer(() => {
      produced += 1;
      return encodingLayer(LAYER);
    });
    expect(produced).toBe(1);
  });

  test("a request that is too large for a proxy is sent in parts, and none is smaller than the registry takes", async () => {
    await using registry = await startSpecRegistry({ minChunk: 2 * MIB });
    const tooLarge = ({ method, headers }: Seen) => {
      return (method === "PUT" || method === "PATCH") && Number(headers["content-length"] ?? 0) > 9 * MIB;
    };
    const image = imageFixture([20 * MIB]);
    const layer = image.layers[0] as Blob;
    await using proxy = await startFaultProxy(registry.port, (seen) => (tooLarge(seen) ? { status: 413 } : undefined));
    await using to = await openDestination(`${proxy.host}/faults/large:1`);
    await to.writeBlob(layer.descriptor, () => chunksOf(layer.bytes));
    expect(registry.parts.map(({ bytes }) => bytes)).toEqual([8 * MIB, 8 * MIB, 4 * MIB]);
    expect(registry.uploads.size).toBe(0);
  });

  test("a proxy that takes less than the registry does ends in DESTINATION_REFUSED", async () => {
    await using registry = await startSpecRegistry({ minChunk: 2 * MIB });
    const every = Array.from({ length: 50 }, () => ({ status: 413 }));
    const refused = writeThrough(registry.port, (seen) => is("PUT", "PATCH")(seen) && sendsBytes(seen), every);
    await expect(refused).rejects.toMatchObject({ code: "DESTINATION_REFUSED", details: { status: 413 } });
  });

  test("disposing after an abort cancels what was begun", async () => {
    await using registry = await startSpecRegistry();
    const abort = new AbortController();
    const to = await openDestination(`localhost:${registry.port}/faults/aborted:1`, {}, abort.signal);
    const onChunk = async (bytes: number) => {
      if (bytes < 2_000_000) return;
      abort.abort(new Error("enough"));
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await expect(to.writeLayer(() => encodingLayer(LAYER, onChunk))).rejects.toThrow("enough");
    expect(registry.uploads.size).toBe(1);
    await to[Symbol.asyncDispose]();
    expect(registry.uploads.size).toBe(0);
  });
});

let server: RegistryServer;

describe.skipIf(!registryAvailable())("pushing over a bad line to docker's registry", () => {
  beforeAll(async () => {
    server = await startRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("a cut upload, which this registry cannot take up, is begun anew", async () => {
    const wrote = await writeThrough(server.port, is("PUT"), [{ cutRequestAfter: 2_000_000 }]);
    expect(wrote.opened).toBe(2);
    expect(wrote.methods.slice(0, 2)).toEqual(["POST", "PUT"]);
    expect(wrote.methods.at(-1)).toBe("PUT");
  });

  test("a blob whose last answer was lost is found and not sent again", async () => {
    const wrote = await writeThrough(server.port, is("PUT"), [{ loseResponse: true }]);
    expect(wrote).toEqual({ opened: 1, methods: ["POST", "PUT"] });
  });

  test("a request that is too large for a proxy is sent in parts", async () => {
    const tooLarge = ({ method, headers }: Seen) => method === "PUT" && Number(headers["content-length"]) > 4 * MIB;
    const every = Array.from({ length: 50 }, () => ({ status: 413 }));
    const wrote = await writeThrough(server.port, tooLarge, every);
    expect(wrote.methods.filter((method) => method === "PATCH").length).toBeGreaterThan(0);
  });

  test("errors of the moment are waited out everywhere", async () => {
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
    await writeImage(to, IMAGE);
    await using from = await openSource(`${server.host}/faults/moment:1`);
    expect(Buffer.compare(await bytesOf(from, LAYER.descriptor), LAYER.bytes)).toBe(0);
  });

  test("an answer that does not come is asked for again", async () => {
    const wrote = await writeThrough(server.port, is("POST"), [{ delay: 3000 }], { timeouts: { response: 300 } });
    expect(wrote.opened).toBe(1);
  });

  test("a registry that keeps failing ends in its own words", async () => {
    const body = '{"errors":[{"code":"UNAVAILABLE","message":"the disk\\u001b[31m is full"}]}';
    const down = { status: 503, body };
    await using proxy = await startFaultProxy(server.port, ({ method }) => (method === "POST" ? down : undefined));
    await using to = await openDestination(`${proxy.host}/faults/down:1`, { retry: { retries: 2, base: 1 } });
    await expect(writeImage(to, IMAGE)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("UNAVAILABLE: the disk\uFFFD[31m is full"),
    });
    expect(proxy.seen.filter(({ method }) => method === "POST")).toHaveLength(3);
  });

  test("a registry that refuses a manifest ends in DESTINATION_REFUSED with its code", async () => {
    await using to = await openDestination(`${server.host}/faults/refused:1`);
    await to.writeManifest(IMAGE.manifest);
    await expect(to.commit(IMAGE.manifest.descriptor, [])).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      details: { registryCodes: expect.arrayContaining(["MANIFEST_BLOB_UNKNOWN"]) },
    });
  });
});
