import { afterAll, beforeAll } from "vitest";
import { containerSuite } from "../conformance/container-suite.ts";
import { engineFixture } from "../conformance/engine-fixture.ts";
import { registryFixture } from "../conformance/registry-fixture.ts";
import { transportSuite } from "../conformance/transport-suite.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { API_ENGINES } from "../support/engine-copy.ts";
import { type RegistryServer, startRegistry } from "../support/registry/registry-server.ts";

// test/conformance/transports.test.ts runs the same suite on files.
e2eSuite("Every transport", (workshop) => {
  let server: RegistryServer;
  beforeAll(async () => {
    server = await startRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  transportSuite(
    "docker-registry",
    registryFixture(() => server),
  );
  for (const engine of API_ENGINES) transportSuite(engine, engineFixture(workshop, engine));
  for (const engine of API_ENGINES) containerSuite(workshop, engine);
});
