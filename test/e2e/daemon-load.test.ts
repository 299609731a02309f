import { beforeAll, expect, it } from "vitest";
import { TransportError } from "../../src/errors.ts";
import { flatten } from "../../src/flatten.ts";
import { loadImages } from "../../src/image/load-images.ts";
import { formatPlatform, hostPlatform } from "../../src/oci/platform.ts";
import { openDaemonDestination } from "../../src/transport/daemon/destination.ts";
import { findImage } from "../../src/transport/daemon/images.ts";
import { openDaemonSource } from "../../src/transport/daemon/source.ts";
import { TEMPORARY } from "../../src/transport/daemon/temporary-name.ts";
import { openDockerArchive } from "../../src/transport/docker-archive/source.ts";
import { reference } from "../../src/transport/reference.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { helloImage } from "../support/corpus/hello.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { API_ENGINES, copyImage, engineClient, engineReference, readImage } from "../support/engine-copy.ts";
import { containerdExport, writeArchive } from "../support/image-archives.ts";
import { type FixtureImage, image } from "../support/image-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { watchEngine } from "../support/watch-engine.ts";
import { writeBlobs } from "../support/write-image.ts";

e2eSuite("Loading into an engine", (workshop) => {
  const folder = testFolder();
  let exotic: CorpusImage;
  let hello: CorpusImage;
  beforeAll(async () => {
    exotic = exoticImage(workshop);
    hello = await helloImage(workshop, workshop.engines.docker26Containerd);
  });

  it.each(API_ENGINES)("fails with the message of %s if a layer does not match its diffID", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const changed = await watchEngine(client, ["wrong.test/it:1"]);
    const wrong = image({ diffIds: [1, 2].map((digit) => `sha256:${String(digit).repeat(64)}`) });
    const to = { to: engineReference(client, "wrong.test/it:1"), force: false };
    await using destination = await openDaemonDestination(client, to, context);
    const root = await writeBlobs(destination, wrong, "docker");
    await expect(destination.commit(root, [])).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
    expect(await changed()).toEqual([]);
  });

  it.each(API_ENGINES)("leaves no temporary name in %s", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    await using source = await openDockerArchive(reference("docker-archive", exotic.archive), context);
    await copyImage(source, { client, name: "named.test/it:1" }, context);
    const shown = await client.json({ path: "/images/named.test/it:1/json" });
    await workshop.engines[name].remove("named.test/it:1");
    expect(shown).toMatchObject({ RepoTags: [expect.stringContaining("named.test/it:1")] });
    expect(JSON.stringify(shown)).not.toContain(TEMPORARY);
  });

  it.each(API_ENGINES)("leaves %s as it was if it fails between two names", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const [first, second] = ["between.test/one:1", "between.test/two:2"];
    const write = async (engine: typeof client, written: FixtureImage, names: readonly string[]) => {
      const to = { to: engineReference(engine, first), names, force: true };
      await using destination = await openDaemonDestination(engine, to, context);
      await destination.commit(await writeBlobs(destination, written, "docker"), names);
    };
    await write(client, image(), []);
    const changed = await watchEngine(client, [first, second]);
    const failing: typeof client = {
      ...client,
      async request(wanted) {
        if (wanted.path.endsWith("/tag") && wanted.query?.tag === "2")
          throw new TransportError("TRANSPORT_FAILED", "no");
        return client.request(wanted);
      },
    };
    const other = image({ layers: [layer(file("other"))] });
    await expect(write(failing, other, [second])).rejects.toMatchObject({ message: "no" });
    expect(await changed()).toEqual([]);
    await workshop.engines[name].remove(first);
  });

  it.each(API_ENGINES)("gives the image in %s every requested name", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const to = { to: engineReference(client, "names"), names: ["names.test/two:2"], force: false };
    await using destination = await openDaemonDestination(client, to, context);
    const root = await writeBlobs(destination, image(), "docker");
    const named = await destination.commit(root, ["names.test/two:2", "three:3"]);
    const local = client.engine === "podman" ? "localhost/" : "";
    expect(named.text).toBe(`${engineReference(client, `${local}names:latest`).text}`);
    const loaded = await findImage(client, `${local}names:latest`);
    expect(loaded?.tags.toSorted()).toEqual([`${local}names:latest`, "names.test/two:2", `${local}three:3`].toSorted());
    const again = { ...to, to: engineReference(client, "others.test/one") };
    await expect(openDaemonDestination(client, again, context)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await workshop.engines[name].remove(loaded?.id ?? "");
  });

  it.each(API_ENGINES)("leaves an image in %s readable by its ID when its name moves to another", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    await using archive = await openDockerArchive(reference("docker-archive", exotic.archive), context);
    await copyImage(archive, { client, name: "once.test/named:1" }, context);
    const id = (await findImage(client, "once.test/named:1"))?.id ?? "";
    await copyOther("once.test/named:1");
    try {
      expect((await findImage(client, id))?.tags ?? []).toEqual([]);
      const { image: found, names } = await readImage(client, id, context);
      expect(names).toEqual([]);
      expect(found.layers).toHaveLength(3);
    } finally {
      await workshop.engines[name].remove(id);
      await workshop.engines[name].remove("once.test/named:1");
    }

    async function copyOther(to: string): Promise<void> {
      const options = { to: engineReference(client, to), force: true };
      await using destination = await openDaemonDestination(client, options, context);
      await destination.commit(await writeBlobs(destination, image(), "docker"), []);
    }
  });

  it("sends plain layers to classic stores and podman, and the source's layers to a containerd store", async () => {
    await using context = transportContext(folder.path);
    for (const name of API_ENGINES) {
      const client = await engineClient(workshop, name, context);
      const to = { to: engineReference(client, "compression.test/it"), force: false };
      await using destination = await openDaemonDestination(client, to, context);
      const chosen = (["gzip", "zstd", "none"] as const).map((had) =>
        destination.accepts.autoCompression(new Set([had])),
      );
      expect(chosen).toEqual(name === "docker26Containerd" ? ["gzip", "zstd", "gzip"] : ["none", "none", "none"]);
    }
  });

  it("selects the host's image from the index that a containerd store saves, by name, digest and ID", async () => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, "docker26Containerd", context);
    const id = await workshop.engines.docker26Containerd.load(hello.archive);
    try {
      for (const name of ["hello:1.0", `hello@${id}`, id]) {
        await using source = await openDaemonSource(engineReference(client, name), client, context);
        expect((await source.resolve()).mediaType).toContain("index");
        const { images, index } = await loadImages(source, { all: false }, context);
        expect(images.map(({ platform }) => platform.os)).toEqual(["linux"]);
        expect(index).toBeUndefined();
        await copyImage(source, { client, name: "hello:copied", force: true }, context);
      }
    } finally {
      await workshop.engines.docker26Containerd.remove(id);
      await workshop.engines.docker26Containerd.remove("hello:copied");
    }
  });

  it("stores every image of an index in a containerd store if all are requested, else the host's", async () => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, "docker26Containerd", context);
    const both = ["amd64", "arm64"].map((architecture) => image({ architecture, tags: ["all.test/it:1"] }));
    const path = writeArchive(folder.in("both.tar"), containerdExport("all.test/it:1", both, both));
    const options = { docker: { host: client.endpoint.text } };
    const [from, to] = [`docker-archive:${path}`, "docker-daemon:all.test/it:flat"];
    const one = await flatten(from, to, options);
    expect(one.images.map(({ platform }) => platform)).toEqual([formatPlatform(hostPlatform())]);
    const all = await flatten(from, to, { ...options, allPlatforms: true, force: true });
    expect((await findImage(client, "all.test/it:flat"))?.id).toBe(all.digest);
    await using source = await openDaemonSource(engineReference(client, "all.test/it:flat"), client, context);
    const { images } = await loadImages(source, { all: true }, context);
    expect(images.map(({ platform, layers }) => [platform.architecture, layers.length])).toEqual([
      ["amd64", 1],
      ["arm64", 1],
    ]);
    await workshop.engines.docker26Containerd.remove("all.test/it:flat");
  });

  it.each(["podman4", "podman5"] as const)("reads an image of %s by its digest", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const id = await workshop.engines[name].load(hello.archive);
    const details = (await client.json({ path: `/images/${id}/json` })) as { RepoDigests: string[] };
    const { names } = await readImage(client, details.RepoDigests[0] ?? "", context);
    await workshop.engines[name].remove(id);
    expect(names).toEqual([]);
  });
});
