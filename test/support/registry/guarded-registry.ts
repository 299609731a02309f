import { createServer, type IncomingMessage } from "node:http";
import { blob, type FixtureBlob, type FixtureImage } from "../image-fixture.ts";

/** A registry that requires basic authorization, accepts any, and records it. */
export interface GuardedRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** The Authorization header of each request, if any. */
  readonly seen: readonly (string | undefined)[];
}

/** Starts one with a single image, under every name; its manifest may have additional properties. */
export async function startGuardedRegistry(
  image: FixtureImage,
  more: Readonly<Record<string, unknown>> = {},
): Promise<GuardedRegistry> {
  const seen: (string | undefined)[] = [];
  const manifest = blob(
    image.oci.mediaType,
    Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(image.oci.bytes).toString()), ...more })),
  );
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="guarded"' }).end();
      return;
    }
    const found = /\/v2\/$/.test(request.url ?? "") ? blob("text/plain", Buffer.alloc(0)) : find(request);
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, headersOf(found)).end(request.method === "HEAD" ? undefined : found.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    host: `127.0.0.1:${address.port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function find({ url = "" }: IncomingMessage): FixtureBlob | undefined {
    const [, kind, what = ""] = /\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
    if (kind === "manifests") return what.startsWith("sha256") && what !== manifest.digest ? undefined : manifest;
    const config = blob("application/vnd.oci.image.config.v1+json", image.config);
    return [config, ...image.layers.map(({ oci }) => oci)].find(({ digest }) => digest === what);
  }
}

function headersOf({ mediaType, digest, bytes }: FixtureBlob) {
  return { "content-type": mediaType, "docker-content-digest": digest, "content-length": bytes.length };
}
