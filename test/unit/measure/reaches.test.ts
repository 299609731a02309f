import { expect, test } from "vitest";
import { serveForPulls } from "../../../src/measure/loopback-registry.ts";
import { reaches } from "../../../src/measure/reaches.ts";
import { fakeEngines } from "../../support/fake-engine.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const engines = fakeEngines(folder);

test("a registry is reached if the engine sends it a request, whatever the result", async () => {
  await using context = transportContext(folder.path);
  await using registry = await serveForPulls([], context);
  const elsewhere = await engines.start((_, response) => {
    response.writeHead(500).end('{"message":"dial tcp: connect: connection refused"}');
  });
  expect(await reaches(elsewhere, registry)).toBe(false);
  await engines.stopAll();
  const here = await engines.start(async (request, response) => {
    const image = new URL(request.url ?? "", "http://engine").searchParams.get("fromImage") ?? "";
    const { status } = await fetch(`http://${image.replace("/", "/v2/")}/manifests/x`);
    response.writeHead(status).end('{"message":"manifest unknown"}');
  });
  expect(await reaches(here, registry)).toBe(true);
});
