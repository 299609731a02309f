import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { disposeAll } from "../bytes/dispose-all.ts";
import { guardIo } from "../bytes/io-error.ts";
import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import { loadImages } from "../image/load-images.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../transport/contracts.ts";
import { openSource } from "../transport/open-source.ts";
import { NO_SERVERS } from "../transport/servers.ts";

/** A registry on this machine for engines that run on it; disposing it stops it. */
export interface LoopbackRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Whether it has received any request. */
  readonly wasAsked: boolean;
}

/** An image that the registry serves. */
export interface ServedImage {
  /** `repository:tag`; any process on this machine that knows it can pull the image. */
  readonly name: string;
  /** Path of its archive. */
  readonly archive: string;
}

/**
 * Serves images for pulls only, on the loopback address only, with just what an engine needs: manifests by name or
 * digest, whole blobs by digest. distribution-spec §Pull
 * @throws what opening the archives throws; TransportError if it cannot listen
 */
export async function serveForPulls(images: readonly ServedImage[], context: Context): Promise<LoopbackRegistry> {
  const shelf: Shelved[] = [];
  const { createServer } = await import("node:http");
  let wasAsked = false;
  const server = createServer((request, response) => {
    wasAsked = true;
    void answer(shelf, request, response);
  });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    await disposeAll(shelf.map(({ source }) => source));
  };
  try {
    for (const { name, archive } of images) {
      const source = await openSource(`docker-archive:${archive}`, context, NO_SERVERS);
      const { images: loaded } = await loadImages(source, { all: false }, context);
      shelf.push(...loaded.map((image) => ({ name, source, image })));
    }
    const port = await guardIo({ side: "port", path: "127.0.0.1" }, () => listen(server));
    return {
      host: `127.0.0.1:${port}`,
      get wasAsked() {
        return wasAsked;
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Shelved {
  readonly name: string;
  readonly source: Source;
  readonly image: Image;
}

/** Returns the port. */
function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** A response to a path. */
interface Found {
  readonly headers: Readonly<Record<string, string | number>>;
  body(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

async function answer(shelf: readonly Shelved[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = "/" } = request;
  const found = method === "GET" || method === "HEAD" ? find(shelf, url) : undefined;
  if (found === undefined) {
    response.writeHead(404, { "content-type": "application/json" }).end('{"errors":[{"code":"NAME_UNKNOWN"}]}');
    return;
  }
  response.writeHead(200, found.headers);
  if (method === "HEAD") response.end();
  // If a blob cannot be read, the connection is closed, and the engine reports that.
  else await pipeline(Readable.from(found.body()), response).catch(() => response.destroy());
}

function find(shelf: readonly Shelved[], url: string): Found | undefined {
  if (url === "/v2/") return { headers: { "content-length": 2, "content-type": "application/json" }, body: () => [OK] };
  const [, repository = "", kind = "", reference = ""] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(url) ?? [];
  const mine = shelf.filter(({ name }) => name.slice(0, name.indexOf(":")) === repository);
  return kind === "manifests" ? findManifest(mine, `${repository}:${reference}`, reference) : findBlob(mine, reference);
}

function findManifest(shelf: readonly Shelved[], name: string, digest: string): Found | undefined {
  const found = shelf.find((one) => one.name === name || one.image.manifest.descriptor.digest === digest);
  return found && documentOf(found.image.manifest);
}

function findBlob(shelf: readonly Shelved[], digest: string): Found | undefined {
  for (const { image, source } of shelf) {
    if (image.config.descriptor.digest === digest) return documentOf(image.config);
    const descriptor = image.layers.find((layer) => layer.descriptor.digest === digest)?.descriptor;
    if (descriptor === undefined) continue;
    return { headers: headersOf("application/octet-stream", descriptor), body: () => source.readBlob(descriptor) };
  }
  return undefined;
}

function documentOf({ descriptor, bytes }: Image["manifest"] | Image["config"]): Found {
  return { headers: headersOf(descriptor.mediaType, descriptor), body: () => [bytes] };
}

function headersOf(mediaType: string, { digest, size }: Pick<Descriptor, "digest" | "size">): Found["headers"] {
  return { "content-type": mediaType, "content-length": size, "docker-content-digest": digest };
}

const OK = new TextEncoder().encode("{}");
