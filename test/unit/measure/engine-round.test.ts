import { expect, test } from "vitest";
import { collect } from "../../../src/bytes/collect.ts";
import { measureRound } from "../../../src/measure/engine-round.ts";
import { fakeEngines } from "../../support/fake-engine.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const engines = fakeEngines(folder);

test("the container runs nothing of the image, ends at once when it is removed, and nothing stays", async () => {
  let config: Record<string, unknown> = {};
  const [read, removed]: [string[], string[]] = [[], []];
  const client = await engines.start(async (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://engine");
    const body = Buffer.from(await collect(request, 1e6, "test")).toString();
    if (pathname.endsWith("/containers/create")) config = JSON.parse(body) as typeof config;
    if (request.method === "GET") read.push(pathname.replace(/^\/v[^/]*/, ""));
    if (request.method === "DELETE") removed.push(pathname.replace(/^\/v[^/]*/, ""));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ Id: "c1", State: { Pid: 0 } }));
  });
  const name = "planish-temporary:measured";
  const { signal } = new AbortController();
  const times = await measureRound({ client, archive: undefined, name, program: "p/wait", signal });
  expect(Object.keys(times)).toEqual(["pull", "create", "start", "export"]);
  expect(config).toMatchObject({ Entrypoint: ["/p/wait"], Healthcheck: { Test: ["NONE"] }, StopSignal: "SIGKILL" });
  expect(read).toEqual(["/containers/c1/json", "/containers/c1/archive"]);
  expect(removed).toEqual(["/containers/c1", `/images/${name}`]);
});
