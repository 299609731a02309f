import { expect, it, vi } from "vitest";
import { removeLeftovers, removeTemporary, tagImage } from "../../../../src/transport/daemon/tags.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { testFolder } from "../../../support/test-folder.ts";

const engines = fakeEngines(testFolder());

it("reads whatever the engine answers, since the connection would stay open otherwise", async () => {
  const sent: Promise<void>[] = [];
  const long = Buffer.alloc(4 * 1024 * 1024, " ");
  const client = await engines.start((_, response) => {
    sent.push(new Promise((resolve) => response.end(long, resolve)));
  });
  await tagImage(client, "app:1", "app:2");
  await removeTemporary(client, "app:2", AbortSignal.any([]));
  expect(sent).toHaveLength(2);
  await Promise.all(sent);
});

it("waits ten seconds for an engine after an abort, and removes no more leftovers then", async () => {
  const stop = new AbortController();
  const seen: (string | undefined)[] = [];
  const leftovers = [1, 2].map((at) => `planish-temporary:load-${at}-00000000-1-00000000`);
  const client = await engines.start(({ method }, response) => {
    seen.push(method);
    if (method === "GET") return response.end(JSON.stringify([{ Id: "x", RepoTags: leftovers, Created: 0, Size: 0 }]));
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    stop.abort(new Error("stop here"));
    vi.advanceTimersByTime(9_000);
    expect(response.destroyed).toBe(false);
    vi.advanceTimersByTime(1_000);
    return vi.useRealTimers();
  });
  await expect(removeLeftovers(client, stop.signal)).rejects.toThrow("stop here");
  expect(seen).toEqual(["GET", "DELETE"]);
});
