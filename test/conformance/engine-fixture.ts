import { randomBytes } from "node:crypto";
import { findImage } from "../../src/transport/daemon/images.ts";
import { bindServers } from "../../src/transport/servers.ts";
import type { TransportOptions } from "../../src/transport/transport-options.ts";
import type { Workshop } from "../support/corpus/workshop.ts";
import { engineClient, engineReference } from "../support/engine-copy.ts";
import { type ApiEngine, engineSockets } from "../support/engines/engine-set.ts";
import { transportContext } from "../support/transport-context.ts";
import { listOurs } from "../support/watch-engine.ts";
import type { TransportFixture, TransportPlace } from "./transport-fixture.ts";

/** An engine of the matrix. An image is sent to it in one request, and its storage is out of reach. */
export function engineFixture(workshop: Workshop, engine: ApiEngine): TransportFixture {
  const containerd = engine === "docker26Containerd";
  return {
    family: containerd ? "oci" : "docker",
    keeps: containerd ? "blobs" : "unpacked",
    ...{ index: false, local: true, refusedBlob: "ends the upload", closed: true },
    open: (folder) => openEngine({ workshop, engine, folder }),
  };
}

/** The options with which planish reaches an engine of the matrix. */
export function engineServers({ namespace }: Workshop, engine: ApiEngine, folder: string): TransportOptions {
  const host = `unix://${engineSockets(namespace)[engine]}`;
  return engine.startsWith("podman") ? { podman: { host } } : { docker: { host, configDirectory: folder } };
}

interface EnginePlace {
  readonly workshop: Workshop;
  readonly engine: ApiEngine;
  readonly folder: string;
}

async function openEngine({ workshop, engine, folder }: EnginePlace): Promise<TransportPlace> {
  await using context = transportContext(folder);
  const client = await engineClient(workshop, engine, context);
  const repository = `conformance.test/r${randomBytes(4).toString("hex")}`;
  const mine = (tag: string): boolean => tag.startsWith(repository);
  const before = new Set(await listOurs(client, mine));
  const added = async (named: boolean): Promise<string[]> => {
    const lines = (await listOurs(client, mine)).filter((line) => !before.has(line));
    return lines.filter((line) => mine(line.slice(line.indexOf(" ") + 1)) === named);
  };
  return {
    servers: bindServers(engineServers(workshop, engine, folder), new Set()),
    tags: [],
    target: (tag) => engineReference(client, `${repository}:${tag}`).text,
    namesOf: (tag) => [`${repository}:${tag}`],
    unnamed: (id) => engineReference(client, id).text,
    visible: () => added(true),
    traces: () => added(false),
    identity: async (tag) => (await findImage(client, `${repository}:${tag}`))?.id,
    async [Symbol.asyncDispose]() {
      for (const line of [...(await added(true)), ...(await added(false))]) {
        const [id = ""] = line.split(" ");
        const path = `/images/${id}`;
        await client.request({ method: "DELETE", path, query: { force: "1" } }).catch(() => {});
      }
    },
  };
}
