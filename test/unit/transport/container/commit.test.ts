import { expect, test, vi } from "vitest";
import { commitContainer } from "../../../../src/transport/container/commit.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";

const folder = testFolder();
const engines = fakeEngines(folder);
const container = { id: "c0", image: "", running: true, mounts: [] };

test("an engine that does not answer is not waited for without end after an abort", async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const client = await engines.start(({ method, url = "" }, response) => {
    seen.push(`${method} ${url.split("?")[0]}`);
    if (method === "GET") return response.end("[]");
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    stop.abort(new Error("stop here"));
    vi.advanceTimersByTime(9_000);
    expect(response.destroyed).toBe(false);
    vi.advanceTimersByTime(1_000);
    return vi.useRealTimers();
  });
  await using context = transportContext(folder.path, { signal: stop.signal });
  await expect(commitContainer(client, container, context)).rejects.toMatchObject({
    code: "TRANSPORT_FAILED",
    message: expect.stringMatching(
      /^the run was aborted; docker did not .* may still commit the container as planish-temporary:commit-\d+-/,
    ),
    details: { remains: expect.stringContaining("planish-temporary:commit-") },
    cause: expect.objectContaining({ message: "stop here" }),
  });
  expect(seen).toEqual(["GET /v1.41/images/json", "POST /v1.41/commit"]);
});

test("a commit that fails is removed", async () => {
  const seen: (string | undefined)[] = [];
  const client = await engines.start(({ method, url = "" }, response) => {
    seen.push(`${method} ${url.replace(/(commit)\W.*/, "$1")}`);
    if (method === "POST") return response.writeHead(500).end(JSON.stringify({ message: "disk on fire" }));
    return response.end("[]");
  });
  await using context = transportContext(folder.path);
  await expect(commitContainer(client, container, context)).rejects.toThrow("disk on fire");
  expect(seen.slice(-2)).toEqual(["POST /v1.41/commit", "DELETE /v1.41/images/planish-temporary%3Acommit"]);
});
