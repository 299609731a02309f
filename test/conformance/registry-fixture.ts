import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { bindServers } from "../../src/transport/servers.ts";
import type { RegistryServer } from "../support/registry/registry-server.ts";
import { QUICK } from "../support/registry/session-fixture.ts";
import { changeStored } from "./file-fixtures.ts";
import type { TransportFixture } from "./transport-fixture.ts";

/**
 * Docker's own registry. Complete blobs of a run that failed belong to no image and are invisible to readers, so they
 * do not count as traces. Neither do uploads with bytes: the registry refuses to cancel one that broke during a request
 * (BLOB_UPLOAD_INVALID, since it has more bytes by then than its last response said), and purges it after a week.
 */
export function registryFixture(server: () => RegistryServer): TransportFixture {
  return {
    ...{ family: "oci", keeps: "blobs", index: true, local: false, refusedBlob: "is forgotten", closed: false },
    async open() {
      const { host, folder, openUploads } = server();
      const repository = `conformance/r${randomBytes(4).toString("hex")}`;
      const api = (path: string): Promise<Response> => fetch(`http://${host}/v2/${repository}/${path}`);
      return {
        servers: bindServers({ registry: QUICK }, new Set()),
        tags: [],
        target: (tag) => `docker://${host}/${repository}:${tag}`,
        namesOf: (tag) => [`${host}/${repository}:${tag}`],
        unnamed: (digest) => `docker://${host}/${repository}@${digest}`,
        visible: async () => ((await (await api("tags/list")).json()) as { tags?: string[] }).tags ?? [],
        traces: async () => openUploads(repository).flatMap(({ id, bytes }) => (bytes === 0 ? [id] : [])),
        identity: async (tag) => await (await api(`manifests/${tag}`)).text(),
        tamper: async (blob) => changeStored(join(folder, "data"), blob),
        async [Symbol.asyncDispose]() {},
      };
    },
  };
}
