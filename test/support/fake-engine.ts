import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach } from "vitest";
import { connectEngine, type EngineClient } from "../../src/transport/daemon/client.ts";
import type { TestFolder } from "./test-folder.ts";

/** Servers on unix sockets that offer an API version and answer everything else as told; gone after each test. */
export interface FakeEngines {
  start(answer: RequestListener, version?: string): Promise<EngineClient>;
  /** The server alone; without a version it is no engine. */
  listen(answer: RequestListener, version?: string): Promise<{ kind: "unix"; path: string; text: string }>;
  stopAll(): Promise<void>;
}

export function fakeEngines(folder: TestFolder): FakeEngines {
  const servers: Server[] = [];
  const stopAll = async (): Promise<void> => {
    for (const server of servers.splice(0)) {
      await new Promise((resolve) => server.close(resolve).closeAllConnections());
    }
  };
  const listen: FakeEngines["listen"] = async (answer, version) => {
    const path = folder.in("engine.sock");
    const server = createServer((request, response) => {
      if (request.url !== "/_ping") return answer(request, response);
      if (version !== undefined) response.setHeader("Api-Version", version);
      return response.end("OK");
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return { kind: "unix", path, text: `unix://${path}` };
  };
  afterEach(stopAll);
  return {
    listen,
    stopAll,
    start: async (answer, version = "1.41") =>
      connectEngine("docker", await listen(answer, version), new AbortController().signal),
  };
}
