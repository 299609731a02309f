import { DOCKER_ARCHIVE, OCI_ARCHIVE, OCI_LAYOUT } from "./file-fixtures.ts";
import { fileSuite } from "./file-suite.ts";
import { SPEC_REGISTRY } from "./spec-registry-fixture.ts";
import { transportSuite } from "./transport-suite.ts";

// test/e2e/transports.test.ts runs the same suite on engines and docker's own registry.
const FILES = { "docker-archive": DOCKER_ARCHIVE, "oci-archive": OCI_ARCHIVE, oci: OCI_LAYOUT };
for (const [transport, fixture] of Object.entries(FILES)) {
  transportSuite(transport, fixture);
  fileSuite(transport, fixture);
}
transportSuite("a registry by the specification", SPEC_REGISTRY);
