import { Buffer } from "node:buffer";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { collect } from "../../src/bytes/collect.ts";
import { flatten, inspect } from "../../src/index.ts";
import type { EngineClient } from "../../src/transport/daemon/client.ts";
import { compareTrees } from "../support/compare-trees.ts";
import { tortureImage } from "../support/corpus/torture.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineClient } from "../support/engine-copy.ts";
import { type RegistryServer, startRegistry } from "../support/registry/registry-server.ts";
import { transportContext } from "../support/transport-context.ts";
import { snapshotTree } from "../support/tree-snapshot.ts";

const DOCKERS = ["docker20", "docker26", "docker26Containerd"] as const;
/** docker push needs credentials even for a registry without authentication. */
const NOBODY = { "x-registry-auth": Buffer.from("{}").toString("base64url") };

e2eSuite("An image in a registry", (workshop) => {
  let image: CorpusImage;
  let server: RegistryServer;
  beforeAll(async () => {
    server = await startRegistry();
    image = await tortureImage(workshop, workshop.engines.docker20);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const title = "that %s pushed is flattened there, and pulled again it is the same filesystem";
  it.concurrent.for(DOCKERS)(title, async (name, { expect, onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), "planish-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await using context = transportContext(folder);
    const engine = workshop.engines[name];
    const client = await engineClient(workshop, name, context);
    const repository = `${server.host}/${name.toLowerCase()}/torture`;
    const id = await engine.load(image.archive);
    const original = await engine.mount(id, snapshotTree);
    await tagAndPush(client, id, repository);

    await flatten(`docker://${repository}:layers`, `docker://${repository}:flat`);
    expect((await inspect(`docker://${repository}:layers`)).images[0]?.layers.length).toBeGreaterThan(1);

    await ask(client, "POST", "/images/create", { query: { fromImage: repository, tag: "flat" } });
    const pulled = (await client.json({ path: `/images/${repository}:flat/json` })) as {
      readonly Id: string;
      readonly RootFS: { readonly Layers: readonly string[] };
    };
    expect(pulled.RootFS.Layers).toHaveLength(1);
    const flat = await engine.mount(pulled.Id, snapshotTree);
    const timelessDirectories = image.timelessDirectories ?? new Set<string>();
    expect(compareTrees(original, flat, { timelessDirectories })).toEqual([]);
    expect(original.size).toBeGreaterThan(10);
  });
});

async function tagAndPush(client: EngineClient, id: string, repository: string): Promise<void> {
  await ask(client, "POST", `/images/${id}/tag`, { query: { repo: repository, tag: "layers" } });
  await ask(client, "POST", `/images/${repository}/push`, { query: { tag: "layers" }, headers: NOBODY });
}

/** Sends a request to an engine and reads the whole answer, since engines report failures in a successful response. */
async function ask(
  client: EngineClient,
  method: "POST",
  path: string,
  rest: { readonly query: Readonly<Record<string, string>>; readonly headers?: Readonly<Record<string, string>> },
): Promise<void> {
  const { body } = await client.request({ method, path, ...rest });
  const answer = Buffer.from(await collect(body, 1e7, "test")).toString();
  expect(answer).not.toContain("errorDetail");
}
