import { bindServers } from "../../src/transport/servers.ts";
import { QUICK } from "../support/registry/session-fixture.ts";
import { startSpecRegistry } from "../support/registry/spec-registry.ts";
import type { TransportFixture } from "./transport-fixture.ts";

/**
 * A registry that follows the distribution-spec to the letter, a new one for each test. Blobs that no manifest names,
 * such as those of a run that failed, do not count as traces.
 */
export const SPEC_REGISTRY: TransportFixture = {
  ...{ family: "oci", keeps: "blobs", index: true, local: false, refusedBlob: "is forgotten", closed: false },
  async open() {
    const server = await startSpecRegistry();
    const name = (tag: string) => `localhost:${server.port}/app:${tag}`;
    return {
      servers: bindServers({ registry: QUICK }, new Set()),
      tags: [],
      target: (tag) => `docker://${name(tag)}`,
      namesOf: (tag) => [name(tag)],
      unnamed: (digest) => `docker://localhost:${server.port}/app@${digest}`,
      visible: async () => [...server.manifests.keys()].filter((key) => !key.startsWith("sha256:")),
      traces: async () => [...server.uploads.keys()],
      identity: async (tag) => server.manifests.get(tag),
      async tamper({ digest }) {
        const stored = server.blobs.get(digest);
        stored?.writeUInt8(255 - stored.readUInt8(20), 20);
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};
