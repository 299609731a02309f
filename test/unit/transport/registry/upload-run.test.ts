import { describe, expect, test } from "vitest";
import { chunksOf } from "../../../../src/bytes/chunks-of.ts";
import { type Seen, startFaultProxy } from "../../../support/registry/fault-proxy.ts";
import { type Blob, encodingLayer, imageFixture } from "../../../support/registry/image-fixture.ts";
import { openDestination } from "../../../support/registry/session-fixture.ts";
import { startSpecRegistry } from "../../../support/registry/spec-registry.ts";
import { isUpload, PUSHED_LAYER, writeThrough } from "../../../support/registry/write-through.ts";

const MIB = 1024 * 1024;
const sendsBytes = ({ headers }: Seen) => headers["content-length"] !== "0";

describe("pushing over a bad connection to a registry that follows the specification", () => {
  test("a cut upload continues where the registry says that it stopped", async () => {
    await using registry = await startSpecRegistry();
    const wrote = await writeThrough(registry.port, {
      match: isUpload("PUT"),
      faults: [{ cutRequestAfter: 2_000_000 }],
    });
    expect(wrote).toEqual({ opened: 2, methods: ["POST", "PUT", "PATCH", "PUT"] });
    expect(registry.parts.map(({ method }) => method)).toEqual(["PUT", "PATCH"]);
    expect(registry.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(PUSHED_LAYER.bytes.length);
    expect(registry.blobs.get(PUSHED_LAYER.descriptor.digest)).toEqual(Buffer.from(PUSHED_LAYER.bytes));
  });

  test("an upload that was continued at the wrong offset begins anew", async () => {
    await using registry = await startSpecRegistry({ miscounts: true });
    const wrote = await writeThrough(registry.port, {
      match: isUpload("PUT"),
      faults: [{ cutRequestAfter: 2_000_000 }],
    });
    expect(wrote.opened).toBeGreaterThan(2);
    expect(registry.blobs.get(PUSHED_LAYER.descriptor.digest)).toEqual(Buffer.from(PUSHED_LAYER.bytes));
    expect(registry.uploads.size).toBe(0);
  });

  test("an upload that makes progress may break any number of times", async () => {
    await using registry = await startSpecRegistry();
    const cuts = Array.from({ length: 9 }, () => ({ cutRequestAfter: 400_000 }));
    const wrote = await writeThrough(registry.port, {
      match: (seen) => isUpload("PUT", "PATCH")(seen) && sendsBytes(seen),
      faults: cuts,
    });
    expect(wrote.opened).toBe(10);
    expect(registry.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(PUSHED_LAYER.bytes.length);
  });

  test("a layer is encoded again after a break, and only what is missing is sent", async () => {
    await using registry = await startSpecRegistry();
    let cuts = 1;
    await using proxy = await startFaultProxy(registry.port, (seen) => {
      return isUpload("PATCH")(seen) && cuts-- > 0 ? { cutRequestAfter: 2_000_000 } : undefined;
    });
    await using to = await openDestination(`${proxy.host}/faults/layer:1`);
    let produced = 0;
    const encoded = await to.writeLayer(() => {
      produced += 1;
      return encodingLayer(PUSHED_LAYER);
    });
    expect(encoded.digest).toBe(PUSHED_LAYER.descriptor.digest);
    expect(produced).toBe(2);
    expect(registry.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(PUSHED_LAYER.bytes.length);
  });

  test("a layer whose last response was lost is not encoded again", async () => {
    await using registry = await startSpecRegistry();
    let faults = 1;
    await using proxy = await startFaultProxy(registry.port, (seen) => {
      return isUpload("PUT")(seen) && faults-- > 0 ? { status: 503 } : undefined;
    });
    await using to = await openDestination(`${proxy.host}/faults/layer:1`);
    let produced = 0;
    await to.writeLayer(() => {
      produced += 1;
      return encodingLayer(PUSHED_LAYER);
    });
    expect(produced).toBe(1);
  });

  test("an answer that comes before the layer was sent does not count", async () => {
    await using registry = await startSpecRegistry();
    let early = 1;
    await using proxy = await startFaultProxy(registry.port, (seen) => {
      return isUpload("PATCH")(seen) && early-- > 0 ? { status: 202, headers: { location: seen.url } } : undefined;
    });
    await using to = await openDestination(`${proxy.host}/faults/layer:1`);
    const encoded = await to.writeLayer(() => encodingLayer(PUSHED_LAYER));
    expect(registry.blobs.get(encoded.digest)).toEqual(Buffer.from(PUSHED_LAYER.bytes));
    early = Number.POSITIVE_INFINITY;
    await expect(to.writeLayer(() => encodingLayer(PUSHED_LAYER))).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
  });

  test("a least size of parts that comes with a later upload is respected, and never makes parts of a layer huge", async () => {
    await using registry = await startSpecRegistry({ minChunk: 100 * MIB });
    const seen: Seen[] = [];
    let [opened, cuts] = [0, 1];
    await using proxy = await startFaultProxy(registry.port, (request) => {
      if (isUpload("PATCH")(request)) seen.push(request);
      if (request.method === "POST") opened += 1;
      if (request.method === "POST" && opened === 1) return { dropResponseHeaders: ["oci-chunk-min-length"] };
      if (isUpload("PATCH")(request) && cuts-- > 0) return { cutRequestAfter: 2_000_000 };
      return request.method === "GET" && request.url.includes("/uploads/") ? { status: 404 } : undefined;
    });
    await using to = await openDestination(`${proxy.host}/faults/layer:1`);
    await to.writeLayer(() => encodingLayer(PUSHED_LAYER));
    expect(opened).toBe(2);
    expect(seen.map(({ headers }) => headers["content-length"])).toEqual([undefined, undefined]);
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

  test.each(["0-1048575", "0-5", "0-5000000"])("a registry may say of each part that it holds %s", async (range) => {
    await using registry = await startSpecRegistry({ range });
    const tooLarge = { status: 413 };
    await writeThrough(registry.port, {
      match: (seen) => isUpload("PUT", "PATCH")(seen) && Number(seen.headers["content-length"]) > MIB,
      faults: [tooLarge, tooLarge, tooLarge],
    });
    expect(registry.parts.map(({ bytes }) => bytes)).toEqual([MIB, MIB, MIB, MIB, 5_000_000 - 4 * MIB]);
  });

  test("a registry that takes no parts gets all bytes in one request again", async () => {
    await using registry = await startSpecRegistry();
    const refused = { status: 400, body: '{"errors":[{"code":"UNSUPPORTED"}]}' };
    const wrote = await writeThrough(registry.port, {
      match: isUpload("PUT", "PATCH"),
      faults: [{ cutRequestAfter: 2_000_000 }, refused, { cutRequestAfter: 2_000_000 }],
    });
    expect(wrote.methods).toEqual(["POST", "PUT", "PATCH", "DELETE", "POST", "PUT", "DELETE", "POST", "PUT"]);
  });

  test.each([undefined, "0-1048575"])(
    "a registry that cannot join parts (ECR Public) gets all bytes in one request, Range %s",
    async (range) => {
      await using registry = await startSpecRegistry(range === undefined ? {} : { range });
      let tooLarge = 3;
      await using proxy = await startFaultProxy(registry.port, (seen) => {
        if (isUpload("PUT")(seen) && !sendsBytes(seen)) {
          return { status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' };
        }
        return isUpload("PUT", "PATCH")(seen) && Number(seen.headers["content-length"]) > MIB && tooLarge-- > 0
          ? { status: 413 }
          : undefined;
      });
      await using to = await openDestination(`${proxy.host}/faults/joined:1`);
      await to.writeBlob(PUSHED_LAYER.descriptor, () => chunksOf(PUSHED_LAYER.bytes));
      expect(registry.parts.at(-1)).toEqual({ method: "PUT", bytes: PUSHED_LAYER.bytes.length });
      const joined = proxy.seen.filter((seen) => isUpload("PUT")(seen) && !sendsBytes(seen));
      expect(joined).toHaveLength(range === undefined ? 1 : 2);
      expect(registry.uploads.size).toBe(0);
    },
  );

  test("parts are of 8 MiB at least, however often a connection breaks: ECR takes none below 5 MiB", async () => {
    await using registry = await startSpecRegistry();
    const layer = imageFixture([9 * MIB]).layers[0] as Blob;
    let cuts = 4;
    await using proxy = await startFaultProxy(registry.port, (seen) => {
      return isUpload("PUT", "PATCH")(seen) && cuts-- > 0 ? { cutRequestAfter: 100 } : undefined;
    });
    await using to = await openDestination(`${proxy.host}/faults/cut:1`);
    await to.writeBlob(layer.descriptor, () => chunksOf(layer.bytes));
    const parts = proxy.seen.filter(isUpload("PATCH")).map(({ headers }) => Number(headers["content-length"]));
    expect(Math.min(...parts.slice(0, -1))).toBe(8 * MIB);
  });

  test("an upload that the registry has lost begins anew", async () => {
    await using registry = await startSpecRegistry();
    const lost = { status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' };
    const once = await writeThrough(registry.port, { match: isUpload("PUT"), faults: [lost] });
    expect(once.methods).toEqual(["POST", "PUT", "POST", "PATCH", "PUT"]);
    const always = Array.from({ length: 20 }, () => lost);
    await using empty = await startSpecRegistry();
    await expect(writeThrough(empty.port, { match: isUpload("PUT"), faults: always })).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      details: { status: 404, registryCodes: ["BLOB_UPLOAD_UNKNOWN"] },
    });
  });

  test("a layer whose upload the registry has lost is encoded again, but a repository that is missing is an error", async () => {
    await using registry = await startSpecRegistry();
    let faults = 1;
    let missing = false;
    await using proxy = await startFaultProxy(registry.port, (seen) => {
      if (missing) return isUpload("POST")(seen) ? { status: 404 } : undefined;
      return isUpload("PATCH")(seen) && faults-- > 0 ? { status: 404 } : undefined;
    });
    await using to = await openDestination(`${proxy.host}/faults/layer:1`);
    let produced = 0;
    const produce = () => {
      produced += 1;
      return encodingLayer(PUSHED_LAYER);
    };
    expect((await to.writeLayer(produce)).digest).toBe(PUSHED_LAYER.descriptor.digest);
    expect(produced).toBe(2);
    missing = true;
    await expect(to.writeLayer(produce)).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
    expect(proxy.seen.filter(isUpload("POST"))).toHaveLength(3);
  });

  test("a proxy that takes less than the registry does ends in DESTINATION_REFUSED", async () => {
    await using registry = await startSpecRegistry({ minChunk: 2 * MIB });
    const every = Array.from({ length: 50 }, () => ({ status: 413 }));
    const refused = writeThrough(registry.port, {
      match: (seen) => isUpload("PUT", "PATCH")(seen) && sendsBytes(seen),
      faults: every,
    });
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
    await expect(to.writeLayer(() => encodingLayer(PUSHED_LAYER, onChunk))).rejects.toThrow("enough");
    expect(registry.uploads.size).toBe(1);
    await to[Symbol.asyncDispose]();
    expect(registry.uploads.size).toBe(0);
  });
});
