import { expect, test } from "vitest";
import type { Descriptor } from "../../../../src/oci/descriptor.ts";
import type { RegistryOptions } from "../../../../src/transport/registry/options.ts";
import { type Fault, startFaultProxy } from "../../../support/registry/fault-proxy.ts";
import { writeImage } from "../../../support/registry/image-fixture.ts";
import { bytesOf, openDestination, openSource } from "../../../support/registry/session-fixture.ts";
import { startSpecRegistry } from "../../../support/registry/spec-registry.ts";
import { PUSHED_IMAGE, PUSHED_LAYER } from "../../../support/registry/write-through.ts";

interface Reading {
  readonly faults: readonly Fault[];
  readonly blob?: Descriptor;
  readonly options?: RegistryOptions;
}

/**
 * Reads the layer through a proxy that has one fault for each request for it; returns the ranges that were requested.
 */
async function read({ faults, blob = PUSHED_LAYER.descriptor, options = {} }: Reading) {
  const left = [...faults];
  await using registry = await startSpecRegistry();
  await using to = await openDestination(`localhost:${registry.port}/a/b:1`);
  await writeImage(to, PUSHED_IMAGE);
  const isLayer = ({ url }: { readonly url: string }) => url.endsWith(PUSHED_LAYER.descriptor.digest);
  await using proxy = await startFaultProxy(registry.port, (seen) => (isLayer(seen) ? left.shift() : undefined));
  await using from = await openSource(`${proxy.host}/a/b:1`, options);
  const bytes = await bytesOf(from, blob);
  const ranges = proxy.seen.filter(isLayer).map(({ headers }) => headers.range);
  return { same: Buffer.compare(bytes, PUSHED_LAYER.bytes) === 0, ranges };
}

test("a blob is read in one request", async () => {
  expect(await read({ faults: [] })).toEqual({ same: true, ranges: [undefined] });
});

test("a broken transfer continues with a range, or from the start if the server ignores ranges", async () => {
  const faults = [{ cutResponseAfter: 1000 }, { cutResponseAfter: 70_000 }, { dropRequestHeaders: ["range"] }];
  expect(await read({ faults })).toEqual({
    same: true,
    ranges: [undefined, "bytes=1000-4999999", "bytes=71000-4999999"],
  });
});

test("a blob whose last bytes came too slowly is complete, and no range is requested", async () => {
  const faults = [{ cutResponseAfter: 4_999_990 }, { trickle: { bytes: 5, every: 200 } }];
  const options = { timeouts: { slow: 50 } };
  const { same, ranges } = await read({ faults, options });
  expect(same).toBe(true);
  expect(ranges.every((range) => !range?.startsWith("bytes=5000000-"))).toBe(true);
});

test("the body of a 416 is no part of a blob", async () => {
  const denied: Fault = { status: 416, headers: { "content-range": "bytes */5000000" }, body: "x".repeat(5000) };
  const ranges = [undefined, "bytes=1000-4999999", "bytes=1000-4999999"];
  expect(await read({ faults: [{ cutResponseAfter: 1000 }, denied] })).toEqual({ same: true, ranges });
});

test("a blob that is too short, too long or different is refused", async () => {
  const shorter = read({ faults: [{ replaceBody: (body) => body.subarray(1) }] });
  await expect(shorter).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
  const unsaid: Fault = { dropResponseHeaders: ["content-length"] };
  const larger = { ...PUSHED_LAYER.descriptor, size: PUSHED_LAYER.bytes.length - 1 };
  await expect(read({ faults: [unsaid], blob: larger })).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
  const other = read({ faults: [{ replaceBody: (body) => Buffer.alloc(body.length) }] });
  await expect(other).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
});

test("a blob that always ends too early, and does not say so, is given up", async () => {
  const early: Fault = { status: 200, headers: { "transfer-encoding": "chunked" }, body: "few" };
  const faults = Array.from({ length: 4 }, () => early);
  await expect(read({ faults, options: { retry: { retries: 3, base: 1 } } })).rejects.toMatchObject({
    code: "TRANSPORT_FAILED",
    message: expect.stringContaining("ended after 3 of 5000000 bytes"),
  });
});

test.each([
  [401, "AUTH_DENIED"],
  [403, "AUTH_DENIED"],
  [404, "SOURCE_NOT_FOUND"],
  [410, "SOURCE_NOT_FOUND"],
  [400, "TRANSPORT_FAILED"],
  [501, "TRANSPORT_FAILED"],
])("a %i is %s and final", async (status, code) => {
  await expect(read({ faults: [{ status }] })).rejects.toMatchObject({ code, details: { status, temporary: false } });
});

test.each([408, 429, 500, 502, 503, 504])("a %i is tried again", async (status) => {
  expect(await read({ faults: [{ status }, { status }] })).toMatchObject({ same: true });
});
