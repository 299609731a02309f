import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { copied } from "../../../../src/encode/copied.ts";
import type { DiffId, Digest } from "../../../../src/oci/digest.ts";
import type { EncodedLayer, EncodingLayer } from "../../../../src/transport/contracts.ts";
import { importLayer } from "../../../../src/transport/daemon/layer-import.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { testFolder } from "../../../support/test-folder.ts";

const DIFF_ID = `sha256:${"1".repeat(64)}`;
const folder = testFolder();
const engines = fakeEngines(folder);
const running = new AbortController().signal;

/** An engine that imports, and records its requests in `seen`; it reports the imported layer as `diffIds`. */
function importing(seen: string[], diffIds: readonly string[] = [DIFF_ID]) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url?.replace(/^\/v[\d.]+/, "").replace(/(import-)[\w-]+/, "$1N") ?? "";
    const answer = path.startsWith("/images/create") ? '{"status":"sha256:1"}' : imageAnswer(diffIds);
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on("end", () => {
      seen.push(`${request.method} ${path.split("?")[0]} ${bytes}`);
      response.end(answer);
    });
  };
}

const imageAnswer = (Layers: readonly string[]): string => JSON.stringify({ Id: "sha256:2", RootFS: { Layers } });

function layerOf(stream: AsyncIterable<Uint8Array>): EncodingLayer {
  const ids = { digest: DIFF_ID as Digest, diffId: DIFF_ID as DiffId };
  const layer: EncodedLayer = {
    compression: "none",
    ...ids,
    size: 3,
    uncompressedSize: 3,
    copied: copied({ stored: 3 }),
  };
  return { compression: "none", uncompressedSize: 3, stream, result: () => layer };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe("importLayer", () => {
  it("sends the layer while it is made, under a name that is removed when it is disposed", async () => {
    const seen: string[] = [];
    const client = await engines.start(importing(seen));
    const imported = await importLayer(client, layerOf(bytes("tar")), running);
    expect(imported.layer.diffId).toBe(DIFF_ID);
    const name = "/images/planish-temporary%3Aimport-N";
    expect(seen).toEqual(["POST /images/create 3", `GET ${name}/json 0`]);
    await imported[Symbol.asyncDispose]();
    expect(seen.slice(2)).toEqual([`DELETE ${name} 0`]);
  });

  it("refuses and removes a layer other than the one that was sent", async () => {
    const seen: string[] = [];
    const client = await engines.start(importing(seen, ["sha256:other"]));
    await expect(importLayer(client, layerOf(bytes("tar")), running)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: `docker made sha256:other of the layer ${DIFF_ID}`,
    });
    expect(seen.at(-1)).toContain("DELETE");
  });

  it("fails with the layer's own error, or with the engine's message after status 200", async () => {
    const client = await engines.start(importing([]));
    const corrupt = (async function* () {
      yield Buffer.from("t");
      throw new Error("the layer is corrupt");
    })();
    await expect(importLayer(client, layerOf(corrupt), running)).rejects.toThrow("the layer is corrupt");
    await engines.stopAll();
    const full = await engines.start((request, response) => {
      request.resume();
      const deleted = request.method === "DELETE";
      response.writeHead(deleted ? 404 : 200).end(deleted ? "" : '{"error":"write: no space left on device"}');
    });
    await expect(importLayer(full, layerOf(bytes("tar")), running)).rejects.toMatchObject({ code: "DISK_FULL" });
  });

  it("closes the connection in the middle of a layer, but waits for the answer once all is sent, to remove the image", async () => {
    const seen: string[] = [];
    const abort = new AbortController();
    const answer = importing(seen);
    const client = await engines.start((request, response) => {
      if (request.method !== "POST") return answer(request, response);
      return void request.resume().on("end", () => {
        abort.abort(new Error("stop here"));
        setTimeout(() => {
          seen.push("made");
          response.end('{"status":"sha256:1"}');
        }, 200);
      });
    });
    await expect(importLayer(client, layerOf(bytes("tar")), abort.signal)).rejects.toThrow("stop here");
    expect(seen).toEqual(["made", "DELETE /images/planish-temporary%3Aimport-N 0"]);
    const early = new AbortController();
    const half = (async function* () {
      yield Buffer.from("t");
      early.abort(new Error("stop early"));
      await new Promise(() => {});
    })();
    await expect(importLayer(client, layerOf(half), early.signal)).rejects.toThrow("stop early");
    expect(seen.slice(2)).toEqual(["DELETE /images/planish-temporary%3Aimport-N 0"]);
  });
});
