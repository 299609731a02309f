import { expect, test } from "vitest";
import { inspectContainer } from "../../../../src/transport/container/inspect.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const engines = fakeEngines(folder);

test("a container that does not exist is an error that says how to list containers", async () => {
  const client = await engines.start((_, response) => {
    response.writeHead(404, { "content-type": "application/json" }).end('{"message":"No such container: web"}');
  });
  await expect(inspectContainer(client, "web")).rejects.toMatchObject({
    code: "SOURCE_NOT_FOUND",
    message: expect.stringContaining("No such container: web"),
    details: { hint: "docker ps --all lists the containers" },
  });
});

test("every mount is found once, also a tmpfs that the engine does not list among the mounts", async () => {
  const answer = {
    Id: "1",
    State: { Running: true },
    Mounts: [{ Destination: "/volume" }, { Destination: "/listed" }],
    HostConfig: { Tmpfs: { "/tmp": "size=1m", "/listed": "" } },
  };
  const client = await engines.start((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  expect((await inspectContainer(client, "web")).mounts).toEqual(["/listed", "/tmp", "/volume"]);
});
