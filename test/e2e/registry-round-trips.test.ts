import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copy } from "../../src/copy.ts";
import { flatten } from "../../src/flatten.ts";
import { analyze } from "../../src/inspect/analysis/analyze.ts";
import { diff } from "../../src/inspect/diff/diff.ts";
import { planFlatten } from "../../src/inspect/dry-run/plan-flatten.ts";
import { inspect } from "../../src/inspect/inspect.ts";
import { verify } from "../../src/inspect/verify.ts";
import { imageBlobs, layoutFiles, saved, writeFolder } from "../support/image-archives.ts";
import {
  blob,
  descriptor,
  type FixtureBlob,
  type FixtureImage,
  image,
  imageIndex,
  json,
} from "../support/image-fixture.ts";
import { type Fault, type Seen, startFaultProxy } from "../support/registry/fault-proxy.ts";
import { type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { QUICK, temporaryFolder } from "../support/registry/session-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";

const OPTIONS = { registry: QUICK };
const app = image({ tags: ["app:1"], compression: "gzip" });
const stack = image({
  compression: "gzip",
  layers: Array.from({ length: 6 }, (_, number) => layer(file(`file${number}`, `content ${number}`))),
});
const imageFor = (architecture: string) =>
  image({ architecture, compression: "gzip", layers: [layer(file(architecture, architecture))] });
const PLATFORMS = ["amd64", "arm64", "s390x"];
let server: RegistryServer;
let images: readonly FixtureImage[];
let attestations: readonly FixtureBlob[];
let repositories = 0;
const free = (): string => `team/free${repositories++}`;

const isOpened = ({ url }: Seen): boolean => url.endsWith("/team/app/manifests/1");
const isLayer = ({ url }: Seen): boolean => app.layers.some(({ oci }) => url.endsWith(`/team/app/blobs/${oci.digest}`));

/** Something that happens once. */
function event() {
  let happen = (): void => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happened, happen };
}

// A real registry is tens of milliseconds away. What waits here for a request that comes only after the answer waits
// until the test fails.
describe.skipIf(!registryAvailable())("requests to two registries", () => {
  beforeAll(async () => {
    using folder = temporaryFolder();
    server = await startRegistry();
    const layout = writeFolder(join(folder.path, "app"), [...imageBlobs(app), ...layoutFiles([descriptor(app.oci)])]);
    await copy(`oci:${layout}`, `docker://${server.host}/team/app:1`, OPTIONS);
    await flatten(`docker://${server.host}/team/app:1`, `docker://${server.host}/team/app:flat`, OPTIONS);
    const files = [...imageBlobs(stack), ...layoutFiles([descriptor(stack.oci)])];
    await copy(
      `oci:${writeFolder(join(folder.path, "stack"), files)}`,
      `docker://${server.host}/team/stack:1`,
      OPTIONS,
    );
    images = PLATFORMS.map((architecture) => imageFor(architecture));
    const { index, attestations: manifests } = imageIndex(...images);
    attestations = manifests;
    const attested = images.flatMap(({ oci }) => [
      blob("application/vnd.in-toto+json", json({ subject: oci.digest })),
      blob("application/vnd.oci.image.config.v1+json", json({ architecture: "unknown", os: "unknown" })),
    ]);
    const others = [index, ...attestations, ...attested].map(saved);
    const indexed = [...images.flatMap(imageBlobs), ...others, ...layoutFiles([descriptor(index)])];
    await copy(
      `oci:${writeFolder(join(folder.path, "index"), indexed)}`,
      `docker://${server.host}/team/index:1`,
      OPTIONS,
    );
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Two places that look like different registries. A request to one is held until the other has had another one. */
  async function twoRegistries(held: (seen: Seen) => boolean, until: (seen: Seen) => boolean) {
    const come = event();
    const decide = (seen: Seen) => {
      if (until(seen)) come.happen();
      return held(seen) ? { until: come.happened } : undefined;
    };
    const stack = new AsyncDisposableStack();
    const from = stack.use(await startFaultProxy(server.port, decide));
    const to = stack.use(await startFaultProxy(server.port, decide));
    return { from, to, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  test.each(["flatten", "copy", "a dry run"])("%s looks for the tag while it opens the source", async (command) => {
    await using ends = await twoRegistries(
      isOpened,
      ({ method, url }) => method === "HEAD" && url.endsWith("/manifests/new"),
    );
    const run = { flatten, copy, "a dry run": planFlatten }[command] ?? flatten;
    await run(`docker://${ends.from.host}/team/app:1`, `docker://${ends.to.host}/${free()}:new`, OPTIONS);
  });

  test.each(["verify", "diff"])("%s opens the second image while it opens the first", async (command) => {
    await using ends = await twoRegistries(isOpened, ({ url }) => url.endsWith("/manifests/flat"));
    const run = { verify, diff }[command] ?? verify;
    await run(`docker://${ends.from.host}/team/app:1`, `docker://${ends.to.host}/team/app:flat`, OPTIONS);
  });

  test("an error of the source comes first, and does not wait for the destination", async () => {
    const ended = event();
    const answers: Readonly<Record<string, Fault>> = {
      silent: { until: ended.happened },
      refusing: { status: 500 },
      taken: {},
    };
    for (const [kind, answer] of Object.entries(answers)) {
      await using to = await startFaultProxy(server.port, () => answer);
      const [missing, there] = [`docker://${server.host}/team/app:missing`, `docker://${server.host}/team/app:1`];
      const destination = `docker://${to.host}/team/app:flat`;
      await expect(flatten(missing, destination, OPTIONS)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
      if (kind === "silent") continue;
      const code = { refusing: "TRANSPORT_FAILED", taken: "DESTINATION_EXISTS" }[kind];
      await expect(flatten(there, destination, OPTIONS)).rejects.toMatchObject({ code, stage: "open" });
    }
    ended.happen();
  });

  /** Answers to some requests are held back until so many of them have come. */
  async function together(wanted: (seen: Seen) => boolean, count: number) {
    const all = event();
    let come = 0;
    return startFaultProxy(server.port, (seen) => {
      if (!wanted(seen)) return undefined;
      come += 1;
      if (come === count) all.happen();
      return { until: all.happened };
    });
  }

  test("the images of an index are asked for side by side, and so are their configs", async () => {
    const isManifest = ({ method, url }: Seen) => method === "GET" && url.includes("/manifests/sha256:");
    await using from = await together(isManifest, PLATFORMS.length);
    await inspect(`docker://${from.host}/team/index:1`, OPTIONS);
    const configs = images.map(({ oci }) => JSON.parse(Buffer.from(oci.bytes).toString()).config.digest);
    await using again = await together(({ url }) => configs.some((digest) => url.endsWith(digest)), PLATFORMS.length);
    await inspect(`docker://${again.host}/team/index:1`, OPTIONS);
  });

  test("the manifests of an index are pushed side by side, before the index", async () => {
    const manifests = images.length + attestations.length;
    const isPush = ({ method, url }: Seen) => method === "PUT" && url.includes("/manifests/");
    await using to = await together((seen) => isPush(seen) && seen.url.includes("sha256:"), manifests);
    await copy(`docker://${server.host}/team/index:1`, `docker://${to.host}/${free()}:new`, OPTIONS);
    const pushed = to.seen.filter(isPush).map(({ url }) => url.split("/").at(-1));
    expect(pushed).toHaveLength(manifests + 1);
    expect(pushed.at(-1)).toBe("new");
  });

  test.each(["flatten", "analyze", "verify"])("%s asks for layers ahead of those that it reads", async (command) => {
    const digests = stack.layers.map(({ oci }) => oci.digest);
    await using from = await together(({ url }) => digests.some((digest) => url.endsWith(digest)), 5);
    const source = `docker://${from.host}/team/stack:1`;
    const options = { ...OPTIONS, concurrency: 1 };
    const commands: Readonly<Record<string, () => Promise<unknown>>> = {
      flatten: () => flatten(source, `docker://${server.host}/${free()}:new`, options),
      analyze: () => analyze([source], options),
      verify: () => verify(source, `docker://${server.host}/team/stack:1`, options),
    };
    await commands[command]?.();
    const asked = from.seen.map(({ url }) => url).filter((url) => digests.some((digest) => url.endsWith(digest)));
    expect(asked).toHaveLength(digests.length);
  });

  test("flatten asks for kept layers side by side, and once for each", async () => {
    const kept = stack.layers.slice(0, 4).map(({ oci }) => oci.digest);
    const isAsked = ({ method, url }: Seen) => method === "HEAD" && kept.some((digest) => url.endsWith(digest));
    await using to = await together(isAsked, kept.length);
    const source = `docker://${server.host}/team/stack:1`;
    await flatten(source, `docker://${to.host}/${free()}:new`, { ...OPTIONS, layers: "4-5" });
    expect(to.seen.filter(isAsked)).toHaveLength(kept.length);
  });

  test("copy writes the config with the layers", async () => {
    const config = JSON.parse(Buffer.from(app.oci.bytes).toString()).config.digest;
    const isConfig = ({ method, url }: Seen) => method === "PUT" && decodeURIComponent(url).endsWith(config);
    await using ends = await twoRegistries(isLayer, isConfig);
    await copy(`docker://${ends.from.host}/team/app:1`, `docker://${ends.to.host}/${free()}:new`, OPTIONS);
  });

  test("copy copies the images of an index side by side", async () => {
    const tops = images.map(({ layers }) => layers.at(-1)?.oci.digest ?? "");
    await using from = await together(({ url }) => tops.some((digest) => url.endsWith(digest)), PLATFORMS.length);
    await copy(`docker://${from.host}/team/index:1`, `docker://${server.host}/${free()}:new`, OPTIONS);
  });

  test("copy copies attestations side by side", async () => {
    const digests = attestations.map(({ digest }) => digest);
    await using from = await together(({ url }) => digests.some((digest) => url.endsWith(digest)), digests.length);
    const to = `docker://${server.host}/${free()}:new`;
    const { others } = await copy(`docker://${from.host}/team/index:1`, to, OPTIONS);
    expect(others).toEqual(digests);
  });

  test("copy asks the source for a layer while the destination opens the upload", async () => {
    await using ends = await twoRegistries(({ method }) => method === "POST", isLayer);
    await copy(`docker://${ends.from.host}/team/app:1`, `docker://${ends.to.host}/${free()}:new`, OPTIONS);
  });

  test("nothing is read of the source when the tag exists", async () => {
    await using from = await startFaultProxy(server.port, () => undefined);
    const taken = `docker://${server.host}/team/app:flat`;
    const flattened = flatten(`docker://${from.host}/team/app:1`, taken, OPTIONS);
    await expect(flattened).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    expect(from.seen.filter(({ url }) => url.includes("/blobs/"))).toEqual([]);
  });
});
