import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** A request to the proxy. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/** What the proxy does to one exchange. */
export interface Fault {
  /** Answered by the proxy itself. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** Delay before the proxy does anything, in milliseconds. */
  readonly delay?: number;
  /** The proxy does nothing before that. */
  readonly until?: Promise<unknown>;
  /** Both connections are cut after so many bytes of the request's body. */
  readonly cutRequestAfter?: number;
  /** The connection is cut after so many bytes of the response's body. */
  readonly cutResponseAfter?: number;
  /** The response stalls after so many bytes of its body, and the connection stays open. */
  readonly stallResponseAfter?: number;
  /** Throttles the response's body. */
  readonly trickle?: { readonly bytes: number; readonly every: number };
  /** Changes the response's body, and its length. */
  readonly replaceBody?: (body: Buffer) => Buffer;
  /** The server's answer is cut off before its first byte. */
  readonly loseResponse?: boolean;
  readonly dropResponseHeaders?: readonly string[];
  readonly changeResponseHeaders?: Readonly<Record<string, (value: string) => string>>;
  readonly dropRequestHeaders?: readonly string[];
}

/** A proxy in front of a registry that cuts, delays and falsifies exchanges, decided for each request. */
export interface FaultProxy extends AsyncDisposable {
  /** `localhost:PORT`, under which the registry is reached through the proxy. */
  readonly host: string;
  /** Every request, in order. */
  readonly seen: readonly Seen[];
}

/** Starts a proxy in front of `localhost:target`. `decide` is called for every request. */
export async function startFaultProxy(target: number, decide: (seen: Seen) => Fault | undefined): Promise<FaultProxy> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const what = { method: request.method ?? "", url: request.url ?? "", headers: request.headers };
    seen.push(what);
    request.on("error", () => {});
    response.on("error", () => {});
    const fault = decide(what) ?? {};
    if (fault.delay !== undefined) await sleep(fault.delay);
    await fault.until;
    if (fault.status !== undefined) answer(response, fault);
    else forward(target, fault, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    host: `localhost:${address.port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, { status = 500, headers = {}, body = "" }: Fault): void {
  response.writeHead(status, headers).end(body);
}

function forward(port: number, fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  const headers = without(request.headers, fault.dropRequestHeaders ?? []);
  const onward = httpRequest({ host: "127.0.0.1", port, method: request.method, path: request.url, headers });
  onward.on("error", () => response.destroy());
  onward.on("response", (reply) => {
    if (fault.loseResponse === true) {
      reply.resume().on("end", () => response.destroy());
      return;
    }
    void pass(reply, fault, response);
  });
  response.on("close", () => onward.destroy());
  let sent = 0;
  request.on("data", (chunk: Buffer) => {
    const left = (fault.cutRequestAfter ?? Number.POSITIVE_INFINITY) - sent;
    sent += chunk.length;
    if (chunk.length < left) {
      if (!onward.write(chunk)) {
        request.pause();
        onward.once("drain", () => request.resume());
      }
      return;
    }
    onward.write(chunk.subarray(0, left));
    onward.destroy();
    request.destroy();
  });
  request.on("end", () => onward.end());
}

async function pass(reply: IncomingMessage, fault: Fault, response: ServerResponse): Promise<void> {
  const headers = without(reply.headers, fault.dropResponseHeaders ?? []);
  for (const [name, change] of Object.entries(fault.changeResponseHeaders ?? {})) {
    if (typeof headers[name] === "string") headers[name] = change(headers[name]);
  }
  if (fault.replaceBody !== undefined) {
    const chunks: Buffer[] = [];
    for await (const chunk of reply) chunks.push(chunk as Buffer);
    const body = fault.replaceBody(Buffer.concat(chunks));
    response.writeHead(reply.statusCode ?? 500, { ...headers, "content-length": String(body.length) }).end(body);
    return;
  }
  response.writeHead(reply.statusCode ?? 500, headers);
  response.flushHeaders();
  let sent = 0;
  for await (const chunk of reply) {
    for (const piece of piecesOf(chunk as Buffer, fault)) {
      const end = Math.min(fault.cutResponseAfter ?? Infinity, fault.stallResponseAfter ?? Infinity);
      if (sent + piece.length > end) {
        const head = piece.subarray(0, end - sent);
        response.write(head, () => fault.cutResponseAfter !== undefined && response.destroy());
        return;
      }
      sent += piece.length;
      if (!response.write(piece)) await drained(response);
      if (fault.trickle !== undefined) await sleep(fault.trickle.every);
      if (response.destroyed) return;
    }
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

function* piecesOf(chunk: Buffer, { trickle }: Fault): Generator<Buffer> {
  const size = trickle?.bytes ?? chunk.length;
  for (let start = 0; start < chunk.length; start += size) yield chunk.subarray(start, start + size);
}

function without(headers: IncomingMessage["headers"], names: readonly string[]): IncomingMessage["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
