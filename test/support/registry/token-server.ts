import { createSign, randomUUID, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ALICE } from "./registry-server.ts";

/** The key of a token server and its behaviour. */
export interface TokenServerOptions {
  readonly cert: string;
  readonly key: string;
  /** How many of the first tokens have already expired when issued, whatever `expires_in` says. */
  readonly staleTokens?: number;
  /** `expires_in` of every answer. */
  readonly lifetime?: number;
  /** Redirects every request. */
  readonly redirect?: string;
  /** Answers with this status, that many times, before anything else. */
  readonly failures?: { readonly count: number; readonly status: number };
}

/** One request for a token. */
export interface TokenRequestSeen {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly scopes: readonly string[];
  readonly grant: string | undefined;
}

/**
 * A token server as described in the registry's documentation. Anonymous users may pull from `public/`, alice may do
 * everything.
 */
export interface TokenServer extends AsyncDisposable {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  readonly seen: readonly TokenRequestSeen[];
  /** The refresh token that alice may use instead of her password. */
  readonly identityToken: string;
}

const ISSUER = "planish-tests";
const SERVICE = "planish-registry";
const IDENTITY_TOKEN = "identity-token-of-alice";

/** Starts a token server. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const seen: TokenRequestSeen[] = [];
  let failures = options.failures?.count ?? 0;
  let stale = options.staleTokens ?? 0;
  const server = createServer(async (request, response) => {
    const question = await read(request);
    seen.push(question.seen);
    if (options.redirect !== undefined) {
      response.writeHead(307, { location: options.redirect }).end();
      return;
    }
    if (failures > 0) {
      failures -= 1;
      response.writeHead(options.failures?.status ?? 500).end("not now");
      return;
    }
    if (question.user === "refused") return refuse(response);
    const age = stale > 0 ? 3600 : 0;
    stale -= 1;
    const token = sign(question, options, age);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ token, access_token: token, expires_in: options.lifetime ?? 300 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    realm: `http://localhost:${address.port}/token`,
    service: SERVICE,
    issuer: ISSUER,
    seen,
    identityToken: IDENTITY_TOKEN,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Question {
  readonly seen: TokenRequestSeen;
  readonly user: "alice" | "anonymous" | "refused";
}

async function read(request: IncomingMessage): Promise<Question> {
  const query = new URL(request.url ?? "/", "http://localhost").searchParams;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
  const { authorization } = request.headers;
  const grant = form.get("grant_type") ?? undefined;
  const scopes = request.method === "POST" ? (form.get("scope") ?? "").split(" ") : query.getAll("scope");
  const basic = `Basic ${Buffer.from(`${ALICE.username}:${ALICE.password}`).toString("base64")}`;
  const known = grant === "refresh_token" ? form.get("refresh_token") === IDENTITY_TOKEN : authorization === basic;
  const anonymous = authorization === undefined && grant === undefined;
  return {
    seen: { method: request.method ?? "", authorization, scopes, grant },
    user: known ? "alice" : anonymous ? "anonymous" : "refused",
  };
}

function refuse(response: ServerResponse): void {
  response.writeHead(401, { "content-type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "wrong user or password" }] }));
}

/** distribution docs/spec/auth/jwt.md */
function sign(question: Question, options: TokenServerOptions, age: number): string {
  const certificate = new X509Certificate(readFileSync(options.cert));
  const now = Math.floor(Date.now() / 1000) - age;
  const header = { typ: "JWT", alg: "RS256", x5c: [certificate.raw.toString("base64")] };
  const claims = {
    iss: ISSUER,
    sub: question.user,
    aud: SERVICE,
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access: question.seen.scopes.flatMap((scope) => granted(scope, question.user)),
  };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = createSign("RSA-SHA256").update(signed).sign(readFileSync(options.key));
  return `${signed}.${signature.toString("base64url")}`;
}

function granted(scope: string, user: Question["user"]): readonly object[] {
  const [type = "", name = "", actions = ""] = scope.split(":");
  const allowed = user === "alice" ? ["pull", "push", "delete"] : name.startsWith("public/") ? ["pull"] : [];
  const given = actions.split(",").filter((action) => allowed.includes(action));
  return given.length === 0 ? [] : [{ type, name, actions: given }];
}
