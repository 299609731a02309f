import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import type { RegistryOptions } from "../../src/transport/registry/options.ts";
import { type Fault, type FaultProxy, type Seen, startFaultProxy } from "../support/registry/fault-proxy.ts";
import { type Blob, imageFixture, writeImage } from "../support/registry/image-fixture.ts";
import { type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { bytesOf, openDestination, openSource } from "../support/registry/session-fixture.ts";

const IMAGE = imageFixture([3_000_000]);
const LAYER = IMAGE.layers[0] as Blob;
const isBlob = ({ url }: Seen) => url.endsWith(LAYER.descriptor.digest);
const isManifest = ({ url }: Seen) => url.includes("/manifests/");
let server: RegistryServer;

/** Reads the layer through a proxy that injects the faults, one per request, then none. */
async function readThrough(
  faults: readonly Fault[],
  options: RegistryOptions = {},
  blob: Descriptor = LAYER.descriptor,
) {
  const left = [...faults];
  await using proxy = await startFaultProxy(server.port, (seen) => (isBlob(seen) ? left.shift() : undefined));
  await using from = await openSource(`${proxy.host}/pull/image:1`, options);
  const bytes = await bytesOf(from, blob);
  return { same: Buffer.compare(bytes, LAYER.bytes) === 0, ranges: ranges(proxy) };
}

function ranges(proxy: FaultProxy): readonly (string | undefined)[] {
  return proxy.seen.filter(isBlob).map(({ headers }) => headers.range);
}

describe.skipIf(!registryAvailable())("pulling over a bad line", () => {
  beforeAll(async () => {
    server = await startRegistry();
    await using to = await openDestination(`${server.host}/pull/image:1`);
    await writeImage(to, IMAGE);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("an interrupted transfer is resumed", async () => {
    const read = await readThrough([{ cutResponseAfter: 1_000_000 }, { cutResponseAfter: 500_000 }]);
    expect(read).toEqual({ same: true, ranges: [undefined, "bytes=1000000-2999999", "bytes=1500000-2999999"] });
  });

  test("with a server without ranges the transfer starts again", async () => {
    const read = await readThrough([{ cutResponseAfter: 1_000_000 }, { dropRequestHeaders: ["range"] }]);
    expect(read).toEqual({ same: true, ranges: [undefined, "bytes=1000000-2999999"] });
  });

  test("a range other than the requested one is requested again", async () => {
    const wrong = { status: 206, headers: { "content-range": "bytes 5-9/3000000" }, body: "wrong" };
    const read = await readThrough([{ cutResponseAfter: 1_000_000 }, wrong]);
    expect(read).toEqual({ same: true, ranges: [undefined, "bytes=1000000-2999999", "bytes=1000000-2999999"] });
  });

  test("a transfer that makes progress may be interrupted any number of times", async () => {
    const read = await readThrough(Array.from({ length: 12 }, () => ({ cutResponseAfter: 200_000 })));
    expect(read.same).toBe(true);
    expect(read.ranges).toHaveLength(13);
  });

  test("a transfer without progress fails after the last attempt", async () => {
    const never = Array.from({ length: 9 }, () => ({ cutResponseAfter: 0 }));
    await expect(readThrough(never, { retry: { retries: 2, base: 1 } })).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("the connection was cut"),
    });
  });

  test("a stalled transfer is resumed over a new connection", async () => {
    const read = await readThrough([{ stallResponseAfter: 1_000_000 }], { timeouts: { stall: 300 } });
    expect(read).toEqual({ same: true, ranges: [undefined, "bytes=1000000-2999999"] });
  });

  test("a very slow transfer is resumed over a new connection", async () => {
    const crawl = { trickle: { bytes: 10, every: 50 } };
    const { same, ranges } = await readThrough([crawl], { timeouts: { slow: 400 } });
    expect(same).toBe(true);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d+-2999999$/)]);
  });

  test("wrong bytes of the right length are refused before the end", async () => {
    const lie = (body: Buffer) => Buffer.concat([Buffer.from("X"), body.subarray(1)]);
    await expect(readThrough([{ replaceBody: lie }])).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  });

  test.each([
    ["short", (body: Buffer) => body.subarray(0, -1)],
    ["long", (body: Buffer) => Buffer.concat([body, Buffer.from("X")])],
  ])("a blob that is too %s is refused", async (_, replaceBody) => {
    await expect(readThrough([{ replaceBody }])).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
  });

  test("a blob longer than its descriptor's size is refused", async () => {
    const short = { ...LAYER.descriptor, size: 2_000_000 };
    await expect(readThrough([{ dropResponseHeaders: ["content-length"] }], {}, short)).rejects.toMatchObject({
      code: "SIZE_MISMATCH",
    });
  });

  test("a missing blob is SOURCE_NOT_FOUND with the registry's own code", async () => {
    const gone = { status: 404, body: '{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]}' };
    await expect(readThrough([gone])).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
      details: { registryCodes: ["BLOB_UNKNOWN"], status: 404 },
    });
  });

  test("Retry-After is waited for", async () => {
    const begun = performance.now();
    const read = await readThrough([{ status: 429, headers: { "retry-after": "1" } }, { status: 503 }]);
    expect(read.same).toBe(true);
    expect(performance.now() - begun).toBeGreaterThan(1000);
  });

  test("a Retry-After of hours is an error at once", async () => {
    const begun = performance.now();
    const refused = readThrough([{ status: 429, headers: { "retry-after": "21600" } }]);
    await expect(refused).rejects.toMatchObject({ code: "TRANSPORT_FAILED", details: { retryAfter: 21600 } });
    expect(performance.now() - begun).toBeLessThan(60_000);
  });

  test("a request without an answer is repeated", async () => {
    const read = await readThrough([{ delay: 6000 }], { timeouts: { response: 2000 } });
    expect(read).toEqual({ same: true, ranges: [undefined, undefined] });
  });

  test("a manifest that is not what its digest says is refused", async () => {
    const digest = IMAGE.manifest.descriptor.digest;
    const replaceBody = (body: Buffer) => Buffer.from(`${body.toString()} `);
    await using proxy = await startFaultProxy(server.port, (seen) => (isManifest(seen) ? { replaceBody } : undefined));
    for (const name of [`pull/image@${digest}`, "pull/image:1"]) {
      await expect(openSource(`${proxy.host}/${name}`)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    }
  });

  test("a manifest without a known Content-Type is what it says it is", async () => {
    const fault: Fault = { dropResponseHeaders: ["content-type", "docker-content-digest"] };
    await using proxy = await startFaultProxy(server.port, (seen) => (isManifest(seen) ? fault : undefined));
    await using from = await openSource(`${proxy.host}/pull/image:1`);
    expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
  });

  test("a manifest that is larger than the limit is refused", async () => {
    const replaceBody = () => Buffer.alloc(5 * 1024 * 1024, " ");
    await using proxy = await startFaultProxy(server.port, (seen) => (isManifest(seen) ? { replaceBody } : undefined));
    await expect(openSource(`${proxy.host}/pull/image:1`)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  test("an abort ends a transfer at once, with its reason", async () => {
    const abort = new AbortController();
    await using proxy = await startFaultProxy(server.port, (seen) =>
      isBlob(seen) ? { stallResponseAfter: 1000 } : undefined,
    );
    await using from = await openSource(`${proxy.host}/pull/image:1`, {}, abort.signal);
    setTimeout(() => abort.abort(new Error("enough")), 100);
    await expect(bytesOf(from, LAYER.descriptor)).rejects.toThrow("enough");
  });

  test("a digest that cannot be verified is refused", async () => {
    const opened = openSource(`${server.host}/pull/image@md5:${"0".repeat(32)}`);
    await expect(opened).rejects.toMatchObject({ code: "REFERENCE_INVALID" });
  });

  test("a registry that is not there is an error at once", async () => {
    const begun = performance.now();
    await expect(openSource("localhost:9/nobody/there")).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
