import type { ClientRequest, IncomingMessage } from "node:http";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { FileWriter } from "../../bytes/file-writer.ts";
import { errnoOf } from "../../bytes/io-error.ts";
import { tapped } from "../../bytes/tapped.ts";
import { isFlattenError, TransportError } from "../../errors.ts";
import { collectAnswer } from "../collect-answer.ts";
import { connect, connectDirectly } from "./connect.ts";
import { type Download, download } from "./download.ts";
import type { Endpoint } from "./endpoint.ts";

export type EngineName = "docker" | "podman";

export interface EngineRequest {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Without the version prefix: `/images/json`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ByteStream;
  /** Instead of the run's own: for requests that must be completed even if the run is aborted. */
  readonly signal?: AbortSignal;
}

export interface EngineResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Must be read to its end or closed, or the connection stays open. */
  readonly body: ByteStream;
}

/** An engine's API, in a version that both sides support. */
export interface EngineClient {
  readonly engine: EngineName;
  readonly endpoint: Endpoint;
  readonly apiVersion: string;
  /**
   * Returns a response with a status below 400.
   * @throws TransportError SOURCE_NOT_FOUND for 404, DESTINATION_REFUSED for 409, otherwise TRANSPORT_FAILED, each with
   * the engine's message; TRANSPORT_FAILED if the connection breaks; DAEMON_UNREACHABLE
   */
  request(request: EngineRequest): Promise<EngineResponse>;
  /**
   * Appends the body of the response to a GET, which may be gigabytes, to a file; `see` is called with every piece,
   * which is valid only during the call.
   * @throws as `request`, and as the file
   */
  download(
    request: Pick<EngineRequest, "path" | "query">,
    file: FileWriter,
    see: (piece: Uint8Array) => void,
  ): Promise<void>;
  /** Like `request`, the body decoded as JSON; at most 64 MiB of it. */
  json(request: EngineRequest): Promise<unknown>;
}

/** The newest API that planish was tested with; an older daemon is used with its own version. */
const NEWEST_API = "1.52";
const MAX_JSON = 64 * 1024 * 1024;
const MAX_ERROR = 64 * 1024;

/**
 * Connects to an engine and chooses the version of its API.
 * @throws TransportError DAEMON_UNREACHABLE
 */
export async function connectEngine(
  engine: EngineName,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<EngineClient> {
  const apiVersion = await negotiate(engine, endpoint, signal);
  const request = async (wanted: EngineRequest): Promise<EngineResponse> => {
    const response = await send(engine, endpoint, { ...wanted, path: `/v${apiVersion}${wanted.path}` }, signal);
    if (response.status >= 400) throw await refusal(response, wanted);
    return response;
  };
  const directly = async (wanted: Download): Promise<boolean> => {
    signal.throwIfAborted();
    try {
      return (await download(wanted, signal)) < 400;
    } catch (error) {
      signal.throwIfAborted();
      if (isFlattenError(error)) throw error;
      throw brokenOff(`${engine} at ${endpoint.text}`, "its answer", error);
    }
  };
  return {
    engine,
    endpoint,
    apiVersion,
    request,
    async download(wanted, file, see) {
      const direct = connectDirectly(endpoint);
      const path = `/v${apiVersion}${wanted.path}${queryText(wanted.query)}`;
      if (direct !== undefined && (await directly({ host: engine, path, file, connect: direct, see }))) return;
      // Over ssh or TLS the bytes pass through this process anyway. A refused request is sent again, for the error
      // message in its body.
      const { body } = await request(wanted);
      await file.appendAll(tapped(body, see));
    },
    async json(wanted) {
      const { body } = await request(wanted);
      return parseAnswer(await collectAnswer(body, MAX_JSON, `${engine} at ${endpoint.text}`));
    },
  };
}

/** The same client for requests that must be completed even if the run is aborted; `signal` replaces the run's. */
export function completing(client: EngineClient, signal: AbortSignal): EngineClient {
  return {
    ...client,
    request: (wanted) => client.request({ signal, ...wanted }),
    json: (wanted) => client.json({ signal, ...wanted }),
  };
}

/**
 * Returns the engine's API version if it is older than ours. A server that does not state one is not an engine: another
 * service may listen on the port.
 */
async function negotiate(engine: EngineName, endpoint: Endpoint, signal: AbortSignal): Promise<string> {
  const { status, headers, body } = await send(engine, endpoint, { path: "/_ping" }, signal);
  await drain(body);
  const offered = String(headers["api-version"] ?? "");
  if (/^\d+\.\d+$/.test(offered)) return isOlder(offered, NEWEST_API) ? offered : NEWEST_API;
  const message = `what answers at ${endpoint.text} is not ${engine}: status ${status}, and no version of its API`;
  const hint = status === 400 ? { hint: "use --tlsverify if the daemon needs TLS" } : {};
  throw new TransportError("DAEMON_UNREACHABLE", message, { details: hint });
}

/** Tells whether API version `a` is older than `b`, both `1.41`-like. */
export function isOlder(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number);
  const [majorB = 0, minorB = 0] = b.split(".").map(Number);
  return majorA < majorB || (majorA === majorB && minorA < minorB);
}

async function send(
  engine: EngineName,
  endpoint: Endpoint,
  wanted: EngineRequest,
  runSignal: AbortSignal,
): Promise<EngineResponse> {
  const signal = wanted.signal ?? runSignal;
  signal.throwIfAborted();
  // Imported only when needed: linking node:http loads everything that it exports, including Node's fetch, which takes
  // a fifth of the time of a small run.
  const { request: httpRequest } = await import("node:http");
  const request = httpRequest({
    method: wanted.method ?? "GET",
    path: `${wanted.path}${queryText(wanted.query)}`,
    headers: { host: engine, ...wanted.headers },
    createConnection: () => connect(engine, endpoint),
    signal,
  });
  const own: UploadState = { begun: false };
  const where = `${engine} at ${endpoint.text}`;
  try {
    const response = await responseTo(request, upload(request, wanted.body, own));
    const body = guarded(response, { signal, where, own });
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  } catch (error) {
    request.destroy();
    signal.throwIfAborted();
    // An error of the stream that was sent is the cause of the broken connection.
    if (own.failure !== undefined) throw own.failure.error;
    const cut = own.begun || (wanted.body !== undefined && isCut(error));
    throw cut ? brokenOff(where, "the upload", error) : unreachable(engine, endpoint, error);
  }
}

/** Whether there was a connection: one may be lost before it has taken the first chunk. */
function isCut(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

interface UploadState {
  /** Whether a chunk was sent. */
  begun: boolean;
  /** The error of the body's stream. */
  failure?: { readonly error: unknown };
}

async function upload(request: ClientRequest, body: ByteStream | undefined, own: UploadState): Promise<void> {
  if (body === undefined) {
    request.end();
    return;
  }
  const noted = async function* (): ByteStream {
    try {
      yield* body;
    } catch (error) {
      own.failure = { error };
      // If the engine has begun to answer, it would wait for the rest of the body, and the answer would never end.
      request.destroy();
      throw error;
    }
  };
  // The next chunk is pulled only when the system has taken this one, so that the producer can reuse its memory. The
  // socket's buffer holds enough to keep the engine busy.
  for await (const chunk of noted()) {
    await written(request, chunk);
    own.begun = true;
  }
  request.end();
}

function written(request: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    request.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function responseTo(request: ClientRequest, uploading: Promise<void>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.on("error", reject);
    uploading.catch(reject);
  });
}

interface Guarded {
  readonly signal: AbortSignal;
  readonly where: string;
  readonly own: UploadState;
}

/** The body of an answer. @throws TransportError TRANSPORT_FAILED when the connection breaks */
async function* guarded(response: IncomingMessage, { signal, where, own }: Guarded): ByteStream {
  try {
    yield* response;
  } catch (cause) {
    signal.throwIfAborted();
    if (own.failure !== undefined) throw own.failure.error;
    throw brokenOff(where, "its answer", cause);
  }
}

function brokenOff(where: string, what: "the upload" | "its answer", cause: unknown): TransportError {
  return new TransportError("TRANSPORT_FAILED", `${where} broke ${what} off: ${reasonOf(cause)}`, {
    ...{ cause, details: { hint: "was it stopped? its log may say why" } },
  });
}

function queryText(query: EngineRequest["query"] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of value === undefined ? [] : [value].flat()) parameters.append(name, item);
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

function parseAnswer(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new TransportError("TRANSPORT_FAILED", "the engine's answer is not JSON", { cause });
  }
}

async function refusal(response: EngineResponse, wanted: EngineRequest): Promise<TransportError> {
  const said = await collectAnswer(response.body, MAX_ERROR, "the engine").catch((error: unknown) => {
    // A message that breaks off or is too long is left out; an abort is none.
    if (isFlattenError(error)) return new Uint8Array();
    throw error;
  });
  const message = engineMessage(new TextDecoder().decode(said)) || `status ${response.status}`;
  const code =
    response.status === 404 ? "SOURCE_NOT_FOUND" : response.status === 409 ? "DESTINATION_REFUSED" : "TRANSPORT_FAILED";
  return new TransportError(code, `the engine answered: ${message}`, {
    details: { status: response.status, request: `${wanted.method ?? "GET"} ${wanted.path}` },
  });
}

/** Docker answers `{"message"}`, podman `{"message", "cause"}`, a proxy in between anything. */
function engineMessage(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed) return String(parsed.message);
  } catch {
    // Not JSON: the text itself is the message.
  }
  return body.trim().slice(0, 500);
}

function unreachable(engine: EngineName, endpoint: Endpoint, cause: unknown): TransportError {
  const message = `cannot reach ${engine} at ${endpoint.text}: ${reasonOf(cause)}`;
  return new TransportError("DAEMON_UNREACHABLE", message, { cause, details: { hint: hintFor(engine, cause) } });
}

const TLS_CODE = /^(ERR_(TLS|SSL|OSSL)_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;

function hintFor(engine: EngineName, cause: unknown): string {
  const errno = errnoOf(cause);
  if (errno === "EACCES") return "this user may not use the socket: run as root, or as a member of its group";
  if (errno === "EPROTO") return "leave out --tls and --tlsverify, if the daemon has no TLS";
  if (cause instanceof Error && "code" in cause && TLS_CODE.test(String(cause.code))) {
    return "check the certificates: those of --tlscacert, --tlscert and --tlskey, of DOCKER_CERT_PATH or of the context";
  }
  return engine === "docker"
    ? "is the daemon running? --host, --context and DOCKER_HOST say where it is"
    : "is its socket there? start it with: podman system service --time=0";
}

/** For a host name with several addresses Node throws an AggregateError without a message. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  if (errnoOf(cause) === "EPROTO") return "it does not speak TLS";
  // The messages of OpenSSL contain addresses and lines of its source.
  if (cause instanceof Error && "library" in cause && "reason" in cause) return `${cause.library}: ${cause.reason}`;
  return cause instanceof Error ? cause.message : String(cause);
}

/** Reads a body that says nothing, so that its connection closes. */
export async function drain(body: ByteStream): Promise<void> {
  for await (const _ of body);
}
