import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { chunksOf } from "../../../../src/bytes/chunks-of.ts";
import type { Descriptor } from "../../../../src/oci/descriptor.ts";
import { type Digest, sha256 } from "../../../../src/oci/digest.ts";
import { blobPath } from "../../../../src/transport/blob-store.ts";
import { openLayoutTarget } from "../../../../src/transport/oci-layout/layout-target.ts";
import { Staging } from "../../../../src/transport/oci-layout/staging.ts";
import { openDestination } from "../../../../src/transport/open-destination.ts";
import { NO_SERVERS } from "../../../../src/transport/servers.ts";
import { contents } from "../../../support/hard-places.ts";
import { imageBlobs, layoutFiles, nameAnnotations, ociLayout, writeFolder } from "../../../support/image-archives.ts";
import { descriptor, image } from "../../../support/image-fixture.ts";
import { file, layer } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";
import { writeBlobs, writeImage } from "../../../support/write-image.ts";

const folder = testFolder();
const old = image({ tags: ["v1"] });
const fresh = image({ tags: ["v2"], layers: [layer(file("2", "two"))] });

const write = async (suffix: string, options = {}) => {
  await using context = transportContext(folder.path);
  await writeImage(`oci:${folder.in("layout")}${suffix}`, fresh, context, options);
};
const index = () => readFileSync(folder.in("layout/index.json"), "utf8");
const entries = () => JSON.parse(index()).manifests;

describe("openLayoutDestination", () => {
  it("writes a layout as the image-spec says, named as Docker and containerd name it", async () => {
    await write("", { names: ["app:1", "quay.io/team/app:2"] });
    expect(readdirSync(folder.in("layout")).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
    expect(readFileSync(folder.in("layout/oci-layout"), "utf8")).toBe('{"imageLayoutVersion":"1.0.0"}');
    expect(entries()).toEqual(
      ["app:1", "quay.io/team/app:2"].map((tag) => descriptor(fresh.oci, { annotations: nameAnnotations(tag) })),
    );
    expect(readdirSync(folder.in("layout/blobs/sha256")).sort()).toEqual(
      imageBlobs(fresh)
        .map(({ path }) => path.slice(13))
        .sort(),
    );
  });

  it("writes the tag of the reference as it was typed, for skopeo and umoci to find", async () => {
    await write(":v2", { names: ["v2"] });
    expect(entries()).toEqual([descriptor(fresh.oci, { annotations: { "org.opencontainers.image.ref.name": "v2" } })]);
    rmSync(folder.in("layout"), { recursive: true });
    await write(":app:2", { names: ["app:2"] });
    expect(entries()[0].annotations).toEqual({
      "io.containerd.image.name": "docker.io/library/app:2",
      "org.opencontainers.image.ref.name": "app:2",
    });
  });

  it("keeps the images of all runs that end at the same time", async () => {
    writeFolder(folder.in("layout"), ociLayout(old));
    const tags = Array.from({ length: 8 }, (_, at) => `t${at}`);
    await Promise.all(tags.map((tag) => write(`:${tag}`, { names: [tag] })));
    const names = entries().map(
      (entry: { annotations: Record<string, string> }) => Object.values(entry.annotations)[0],
    );
    expect(names.sort()).toEqual([...tags, "v1"]);
    expect(readdirSync(folder.in("layout")).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
  });

  it("keeps the images of all runs that create a layout at the same time, but only the first of each name", async () => {
    const tags = Array.from({ length: 4 }, (_, at) => `t${at}`);
    await Promise.all(tags.map((tag) => write(`:${tag}`, { names: [tag] })));
    expect(entries()).toHaveLength(tags.length);
    rmSync(folder.in("layout"), { recursive: true });
    const runs = await Promise.allSettled(tags.map(() => write(":same", { names: ["same"] })));
    const refused = runs.flatMap((run) => (run.status === "rejected" ? [run.reason.code] : []));
    expect(refused).toEqual(tags.slice(1).map(() => "DESTINATION_EXISTS"));
    expect(readdirSync(folder.path)).toEqual(["layout"]);
    expect(readdirSync(folder.in("layout")).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
  });

  it("leaves a folder alone that appeared in its place and is not a layout", async () => {
    await using context = transportContext(folder.path);
    const to = await openDestination(`oci:${folder.in("layout")}`, { force: true, servers: NO_SERVERS }, context);
    await using _ = to;
    const root = await writeBlobs(to, fresh, "oci");
    mkdirSync(folder.in("layout"));
    writeFileSync(folder.in("layout/mine"), "1");
    await expect(to.commit(root, [])).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
    expect(readdirSync(folder.in("layout"))).toEqual(["mine"]);
  });

  it("refuses a dangling symbolic link in its place before any work", async () => {
    symlinkSync(folder.in("nowhere"), folder.in("layout"));
    await using context = transportContext(folder.path);
    const opening = openDestination(`oci:${folder.in("layout")}`, { force: true, servers: NO_SERVERS }, context);
    await expect(opening).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      message: `cannot write ${folder.in("layout")}: it is a symbolic link to nothing`,
    });
    expect(readdirSync(folder.path)).toEqual(["layout"]);
  });

  it("waits while another run publishes, but not for a killed one", async () => {
    writeFolder(folder.in("layout"), ociLayout(old));
    const lock = folder.in("layout/.planish-lock");
    writeFileSync(lock, "1\n");
    const waiting = write(":a", { names: ["a"] });
    await sleep(100);
    expect(entries()).toHaveLength(1);
    const longAgo = statSync(lock).mtimeMs / 1000 - 120;
    utimesSync(lock, longAgo, longAgo);
    await waiting;
    expect(entries()).toHaveLength(2);
  });

  it("writes an image without a name", async () => {
    await write("", { names: [] });
    expect(entries()).toEqual([descriptor(fresh.oci)]);
  });

  it("adds to a layout and keeps unknown properties byte for byte", async () => {
    writeFolder(folder.in("layout"), ociLayout(old));
    const strange = `{"schemaVersion": 2,  "x-num": 12345678901234567890, "manifests": [ ${JSON.stringify(
      descriptor(old.oci, { annotations: { "org.opencontainers.image.ref.name": "v1" } }),
    ).replace("{", '{ "data-x" : 1.0, ')} ],\n "annotations": {"a": "\\u00e9"}}\n`;
    writeFileSync(folder.in("layout/index.json"), strange);
    await write("");
    const [before, after] = strange.split(" ],\n");
    const added = descriptor(fresh.oci, { annotations: { "org.opencontainers.image.ref.name": "v2" } });
    expect(index()).toBe(`${before?.replace("[ {", "[{")},${JSON.stringify(added)}],\n${after}`);
  });

  it("refuses a tag that is taken, before any work or at the commit, and replaces it if forced", async () => {
    writeFolder(folder.in("layout"), ociLayout(old, { ...fresh, tags: ["other"] }));
    const before = contents(folder.in("layout"));
    await expect(write(":v1", { names: ["v1"] })).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await expect(write("", { names: ["v3", "v1"] })).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    {
      await using context = transportContext(folder.path);
      await using to = await openDestination(
        `oci:${folder.in("layout")}`,
        { force: false, servers: NO_SERVERS },
        context,
      );
      const root = await writeBlobs(to, fresh, "oci");
      await expect(to.commit(root, ["v1"])).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    }
    expect(contents(folder.in("layout"))).toEqual(before);
    {
      await using context = transportContext(folder.path);
      await using to = await openDestination(
        `oci:${folder.in("layout")}`,
        { force: true, servers: NO_SERVERS },
        context,
      );
      await to.commit(await writeBlobs(to, fresh, "oci"), ["v1"]);
      const message = `v1 was ${old.oci.digest} before, which the folder keeps, but no longer lists`;
      expect(to.diagnostics).toEqual([{ rule: "name-moved", message, strict: false }]);
    }
    {
      await using context = transportContext(folder.path);
      await using to = await openDestination(
        `oci:${folder.in("layout")}`,
        { force: true, servers: NO_SERVERS },
        context,
      );
      await to.commit(await writeBlobs(to, fresh, "oci"), ["v1"]);
      expect(to.diagnostics).toEqual([]);
    }
    expect(readFileSync(folder.in(`layout/${blobPath(old.oci.digest as Digest)}`))).toEqual(Buffer.from(old.oci.bytes));
    const named = (tag: string) => ({ annotations: { "org.opencontainers.image.ref.name": tag } });
    expect(entries()).toEqual([descriptor(fresh.oci, named("other")), descriptor(fresh.oci, named("v1"))]);
  });

  it("keeps one image without a name", async () => {
    writeFolder(folder.in("layout"), ociLayout({ ...old, tags: [] }));
    await expect(write("", { names: [] })).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await write("", { names: [], force: true });
    expect(entries()).toEqual([descriptor(fresh.oci)]);
  });

  it("writes to an empty folder, and to a layout that umoci has just created", async () => {
    mkdirSync(folder.in("layout"));
    await write("");
    expect(entries()).toHaveLength(1);
    rmSync(folder.in("layout"), { recursive: true });
    writeFolder(folder.in("layout"), layoutFiles([]));
    mkdirSync(folder.in("layout/blobs/sha256"), { recursive: true });
    await write("");
    expect(entries()).toHaveLength(1);
  });

  it("leaves an empty folder empty when it is not committed", async () => {
    mkdirSync(folder.in("layout"));
    {
      await using context = transportContext(folder.path);
      await using to = await openDestination(
        `oci:${folder.in("layout")}`,
        { force: false, servers: NO_SERVERS },
        context,
      );
      await writeBlobs(to, fresh, "oci");
    }
    expect(readdirSync(folder.in("layout"))).toEqual([]);
  });

  it("does not write a blob that exists, and replaces a damaged one", async () => {
    writeFolder(folder.in("layout"), ociLayout({ ...fresh, tags: ["v1"] }));
    const [good, bad] = imageBlobs(fresh).map(({ path }) => folder.in(`layout/${path}`));
    if (good === undefined || bad === undefined) throw new Error("the fixture has too few blobs");
    chmodSync(good, 0o640);
    const whole = readFileSync(bad);
    writeFileSync(bad, Buffer.from(whole).fill(0, 0, 4));
    await write("");
    expect(readFileSync(bad)).toEqual(whole);
    expect(statSync(good).mode % 0o1000).toBe(0o640);
  });

  it("removes the blobs that it moved if the commit fails", async () => {
    writeFolder(folder.in("layout"), ociLayout(old));
    const before = contents(folder.in("layout"));
    const inTheWay = folder.in(`layout/blobs/sha256/${fresh.oci.digest.slice(7)}`);
    {
      await using context = transportContext(folder.path);
      await using to = await openDestination(
        `oci:${folder.in("layout")}:v2`,
        { force: false, servers: NO_SERVERS },
        context,
      );
      const root = await writeBlobs(to, fresh, "oci");
      mkdirSync(inTheWay);
      await expect(to.commit(root, ["v2"])).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
    }
    rmSync(inTheWay, { recursive: true });
    expect(contents(folder.in("layout"))).toEqual(before);
  });

  it("reports why it failed, also if what it moved cannot be removed any more", async () => {
    writeFolder(folder.in("layout"), ociLayout(old));
    await using context = transportContext(folder.path);
    const reference = { transport: "oci", text: "", path: folder.in("layout") } as const;
    const target = await openLayoutTarget(reference, { force: false, names: [] }, context);
    await using staging = await Staging.create(target.staging, reference.path, context.signal);
    const [moved, missing] = [sha256(Buffer.from("moved")), sha256(Buffer.from("missing"))];
    await staging.addBlob(chunksOf(Buffer.from("moved")), () => moved);
    // When the second blob is looked for, there is a folder in the place of the first.
    const path = folder.in(`layout/${blobPath(moved)}`);
    vi.spyOn(staging, "blobs", "get").mockReturnValue({
      *[Symbol.iterator]() {
        yield moved;
        rmSync(path);
        mkdirSync(path);
        yield missing;
      },
    } as unknown as ReadonlySet<Digest>);
    const failure = target.publish(staging, { root: descriptor(fresh.oci) as Descriptor, names: [] });
    await expect(failure).rejects.toMatchObject({
      message: expect.stringContaining(missing.slice(7)),
      details: { errno: "ENOENT", notUndone: [expect.stringContaining(path)] },
    });
  });

  it("refuses folders with other contents, files, damaged layouts and positions", async () => {
    mkdirSync(folder.in("layout"));
    writeFileSync(folder.in("layout/mine.txt"), "precious");
    await expect(write("", { force: true })).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
    expect(readdirSync(folder.in("layout"))).toEqual(["mine.txt"]);
    rmSync(folder.in("layout"), { recursive: true });
    writeFileSync(folder.in("layout"), "a file");
    await expect(write("")).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
    rmSync(folder.in("layout"));
    writeFolder(folder.in("layout"), [...layoutFiles([]).slice(0, 1), { path: "index.json", bytes: Buffer.from("{") }]);
    await expect(write("")).rejects.toMatchObject({ code: "MANIFEST_INVALID" });
    await expect(write(":@0")).rejects.toMatchObject({ code: "REFERENCE_INVALID" });
  });
});
