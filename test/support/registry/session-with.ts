import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { connectRegistry } from "../../../src/transport/registry/connect.ts";
import type { RegistrySession } from "../../../src/transport/registry/session.ts";
import { QUICK } from "./session-fixture.ts";

/** A session for `team/app` with a registry that answers with a given handler; both end with the test. */
export async function sessionWith(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<RegistrySession> {
  const server = createServer((request, response) => {
    if (request.url === "/v2/") response.end("{}");
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { signal } = new AbortController();
  const session = await connectRegistry({ registry, repository: "team/app", side: "source" }, QUICK, { signal });
  onTestFinished(async () => {
    await session[Symbol.asyncDispose]();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return session;
}
