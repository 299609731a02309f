import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** Choices that the distribution-spec leaves to a registry. */
export interface SpecRegistryOptions {
  /** OCI-Chunk-Min-Length of every upload. */
  readonly minChunk?: number;
  /** Reports, once, one byte fewer of a broken upload than it has. */
  readonly miscounts?: boolean;
  /** The Range header of each answer to PATCH; the registry then refuses to report the state of uploads. */
  readonly range?: string;
}

/**
 * A registry of one repository, in memory, that follows the distribution-spec where docker's does not: it keeps what it
 * received of a broken request, and reports it on request. Chunks must start where the last one ended.
 */
export interface SpecRegistry extends AsyncDisposable {
  readonly port: number;
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** By tag and by digest. */
  readonly manifests: ReadonlyMap<string, { readonly type: string; readonly bytes: Buffer }>;
  /** Bytes of the uploads that were neither completed nor cancelled. */
  readonly uploads: ReadonlyMap<string, Buffer>;
  /** Method and bytes of each request with part of a blob. */
  readonly parts: readonly { readonly method: string; readonly bytes: number }[];
}

interface State {
  readonly blobs: Map<string, Buffer>;
  readonly uploads: Map<string, Buffer>;
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>;
  readonly parts: { method: string; bytes: number }[];
  readonly minChunk: number | undefined;
  readonly range: string | undefined;
  miscounts: number;
}

/** Starts a registry; every repository name means the same repository. */
export async function startSpecRegistry(options: SpecRegistryOptions = {}): Promise<SpecRegistry> {
  const state: State = {
    blobs: new Map(),
    uploads: new Map(),
    manifests: new Map(),
    parts: [],
    minChunk: options.minChunk,
    range: options.range,
    miscounts: options.miscounts === true ? 1 : 0,
  };
  const server = createServer((request, response) => {
    handle(state, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    ...state,
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const [, kind = "", what = ""] = /^\/v2\/.+\/(manifests|blobs\/uploads|blobs)\/(.*)$/.exec(url.pathname) ?? [];
  if (kind === "") return send(response, url.pathname === "/v2/" ? 200 : 404);
  if (kind === "manifests") return await manifest(state, { what, request, response });
  if (kind === "blobs") return blob(state, what, request, response);
  return await upload(state, { id: what, digest: url.searchParams.get("digest"), request, response });
}

interface ManifestCall {
  readonly what: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function manifest(state: State, { what, request, response }: ManifestCall): Promise<void> {
  if (request.method === "PUT") {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const stored = { type: request.headers["content-type"] ?? "", bytes: Buffer.concat(chunks) };
    for (const key of [what, digestOf(stored.bytes)]) state.manifests.set(key, stored);
    return send(response, 201, { "docker-content-digest": digestOf(stored.bytes) });
  }
  const found = state.manifests.get(what);
  if (found === undefined) return send(response, 404);
  response.writeHead(200, { "content-type": found.type, "docker-content-digest": digestOf(found.bytes) });
  response.end(request.method === "HEAD" ? undefined : found.bytes);
}

function blob(state: State, digest: string, request: IncomingMessage, response: ServerResponse): void {
  const found = state.blobs.get(digest);
  // As strict as the registry of go-containerregistry (crane registry serve), which wants both ends.
  const start = /^bytes=(\d+)-\d+$/.exec(request.headers.range ?? "")?.[1];
  if (found === undefined) send(response, 404);
  else if (start !== undefined && Number(start) < found.length) {
    const rest = found.subarray(Number(start));
    const range = `bytes ${start}-${found.length - 1}/${found.length}`;
    response.writeHead(206, { "content-length": String(rest.length), "content-range": range }).end(rest);
  } else
    response.writeHead(200, { "content-length": String(found.length) }).end(request.method === "HEAD" ? "" : found);
}

interface UploadCall {
  readonly id: string;
  readonly digest: string | null;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function upload(state: State, { id, digest, request, response }: UploadCall): Promise<void> {
  const { uploads } = state;
  if (request.method === "POST") {
    const fresh = `upload-${uploads.size}-${state.parts.length}-${state.blobs.size}`;
    uploads.set(fresh, Buffer.alloc(0));
    const minimum = state.minChunk === undefined ? {} : { "oci-chunk-min-length": String(state.minChunk) };
    return send(response, 202, { location: `${request.url?.replace(/\?.*$/, "")}${fresh}?state=1`, ...minimum });
  }
  const held = uploads.get(id);
  if (held === undefined) return send(response, 404);
  const location = `${request.url?.replace(/\?.*$/, "")}?state=1`;
  if (request.method === "GET" && state.range !== undefined) return send(response, 405);
  if (request.method === "GET") return send(response, 204, { location, ...range(held.length - state.miscounts) });
  if (request.method === "DELETE") {
    uploads.delete(id);
    return send(response, 204);
  }
  const start = /^(\d+)-/.exec(request.headers["content-range"] ?? "")?.[1];
  const expected = held.length - state.miscounts;
  if (start !== undefined && Number(start) !== expected) {
    request.resume();
    return send(response, 416, { location, ...range(held.length) });
  }
  if (start !== undefined) state.miscounts = 0;
  await receive(state, id, request);
  const bytes = uploads.get(id) ?? held;
  const told = state.range === undefined ? range(bytes.length) : { range: state.range };
  if (request.method === "PATCH") return send(response, 202, { location, ...told });
  if (digestOf(bytes) !== digest) return send(response, 400, {}, '{"errors":[{"code":"DIGEST_INVALID"}]}');
  uploads.delete(id);
  state.blobs.set(digest, bytes);
  send(response, 201, { "docker-content-digest": digest });
}

/** Keeps each chunk as it arrives, so that a broken connection loses nothing. */
async function receive(state: State, id: string, request: IncomingMessage): Promise<void> {
  const part = { method: request.method ?? "", bytes: 0 };
  for await (const chunk of request) {
    if (part.bytes === 0) state.parts.push(part);
    part.bytes += (chunk as Buffer).length;
    state.uploads.set(id, Buffer.concat([state.uploads.get(id) ?? Buffer.alloc(0), chunk as Buffer]));
  }
}

function range(length: number): Record<string, string> {
  return { range: `0-${Math.max(0, length - 1)}` };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): void {
  response.writeHead(status, headers).end(body);
}
