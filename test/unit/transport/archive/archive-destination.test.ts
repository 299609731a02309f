import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { chunksOf } from "../../../../src/bytes/chunks-of.ts";
import { openDestination } from "../../../../src/transport/open-destination.ts";
import { NO_SERVERS } from "../../../../src/transport/servers.ts";
import { archiveBytes, nameAnnotations, writeArchive } from "../../../support/image-archives.ts";
import { descriptor, image } from "../../../support/image-fixture.ts";
import { readNaively } from "../../../support/naive-tar.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";
import { type WriteOptions, writeBlobs, writeImage } from "../../../support/write-image.ts";

const folder = testFolder();
const app = image({ tags: ["app:1"], compression: "gzip" });

async function write(text: string, options: WriteOptions = {}) {
  await using context = transportContext(folder.path);
  await writeImage(text, app, context, options);
}

const members = (name: string) => readNaively(readFileSync(folder.in(name)));
const jsonOf = (archive: string, name: string) => {
  const found = members(archive).find((member) => member.name === name);
  return JSON.parse(Buffer.from(found?.content ?? "").toString());
};

describe("openArchiveDestination", () => {
  it("refuses a dangling link with a message that says so", async () => {
    symlinkSync("nothing", folder.in("link.tar"));
    await expect(write(`docker-archive:${folder.in("link.tar")}`)).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      message: expect.stringContaining("it is a symbolic link to nothing"),
    });
  });

  it("does not advise to remove /dev/stdout if that is a pipe, which its link does not lead to by a path", async () => {
    const fd = openSync(folder.in("gone"), "w");
    rmSync(folder.in("gone"));
    symlinkSync(`/proc/self/fd/${fd}`, folder.in("stdout"));
    for (const path of [`/dev/fd/${fd}`, folder.in("stdout")]) {
      await expect(write(`docker-archive:${path}`)).rejects.toMatchObject({
        code: "DESTINATION_REFUSED",
        message: `cannot write ${path}: it is not a regular file`,
        details: { hint: "use - to write to stdout" },
      });
    }
    closeSync(fd);
  });

  it("writes the hybrid that every engine loads: an OCI layout with a manifest.json that names its blobs", async () => {
    await write(`docker-archive:${folder.in("a.tar")}`, { names: ["app:1", "docker.io/library/app:2", "lone-tag"] });
    const config = JSON.parse(Buffer.from(app.docker.bytes).toString()).config.digest.slice(7);
    const layers = app.layers.map(({ docker }) => `blobs/sha256/${docker.digest.slice(7)}`);
    expect(members("a.tar").map(({ name }) => name)).toEqual([
      "oci-layout",
      "blobs/",
      "blobs/sha256/",
      ...layers,
      `blobs/sha256/${config}`,
      `blobs/sha256/${app.docker.digest.slice(7)}`,
      "index.json",
      "manifest.json",
    ]);
    expect(jsonOf("a.tar", "manifest.json")).toEqual([
      { Config: `blobs/sha256/${config}`, RepoTags: ["app:1", "app:2"], Layers: layers },
    ]);
    expect(jsonOf("a.tar", "index.json").manifests).toEqual([
      descriptor(app.docker, { annotations: nameAnnotations("app:1") }),
      descriptor(app.docker, { annotations: nameAnnotations("app:2") }),
      descriptor(app.docker, { annotations: { "org.opencontainers.image.ref.name": "lone-tag" } }),
    ]);
  });

  it("writes null for the tags of an image without a name, as Docker does", async () => {
    await write(`docker-archive:${folder.in("a.tar")}`, { names: [] });
    expect(jsonOf("a.tar", "manifest.json")[0].RepoTags).toBeNull();
    expect(jsonOf("a.tar", "index.json").manifests).toEqual([descriptor(app.docker)]);
  });

  it("writes only a layout to an oci-archive", async () => {
    await write(`oci-archive:${folder.in("a.tar")}`);
    expect(members("a.tar").map(({ name }) => name)).not.toContain("manifest.json");
    expect(jsonOf("a.tar", "index.json").manifests).toHaveLength(1);
  });

  it("writes members without owner and time, and ends with two zero blocks", async () => {
    await write(`oci-archive:${folder.in("a.tar")}`);
    for (const member of members("a.tar")) {
      expect(member).toMatchObject({ uid: 0, gid: 0, mode: member.name.endsWith("/") ? 0o755 : 0o644 });
    }
    const bytes = readFileSync(folder.in("a.tar"));
    expect(bytes.length % 512).toBe(0);
    expect(bytes.subarray(-1024).every((byte) => byte === 0)).toBe(true);
    expect(bytes.readUInt8(bytes.length - 1025)).toBe(0);
  });

  it("leaves no gap where a failed or repeated blob was", async () => {
    await write(`oci-archive:${folder.in("plain.tar")}`);
    await using context = transportContext(folder.path);
    await using to = await openDestination(
      `oci-archive:${folder.in("tried.tar")}`,
      { force: false, servers: NO_SERVERS },
      context,
    );
    const wrong = { ...descriptor(app.oci), digest: `sha256:${"0".repeat(64)}` } as never;
    const stream = async function* () {
      yield app.oci.bytes;
    };
    await expect(to.writeBlob(wrong, stream)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    await writeBlobs(to, app, "oci");
    await writeBlobs(to, app, "oci");
    await to.commit(descriptor(app.oci) as never, ["app:1"]);
    expect(readFileSync(folder.in("tried.tar"))).toEqual(readFileSync(folder.in("plain.tar")));
  });

  it("reserves room for blob names that take more than one block, such as those of sha512", async () => {
    await using context = transportContext(folder.path);
    await using to = await openDestination(
      `oci-archive:${folder.in("a.tar")}`,
      { force: false, servers: NO_SERVERS },
      context,
    );
    const content = "the content";
    const hex = createHash("sha512").update(content).digest("hex");
    const blob = { mediaType: "x/y", digest: `sha512:${hex}`, size: content.length } as never;
    await to.writeBlob(blob, () => chunksOf(Buffer.from(content)));
    await to.commit(await writeBlobs(to, app, "oci"), []);
    const named = members("a.tar").filter(({ name }) => name.startsWith("blobs/sha512/"));
    expect(named).toMatchObject([{ name: `blobs/sha512/${hex}`, content }]);
  });

  it("serialises members that are written concurrently", async () => {
    await using context = transportContext(folder.path);
    await using to = await openDestination(
      `oci-archive:${folder.in("a.tar")}`,
      { force: false, servers: NO_SERVERS },
      context,
    );
    const slow = async function* (bytes: Uint8Array) {
      for (const byte of bytes.subarray(0, 50)) {
        await new Promise((resolve) => setImmediate(resolve));
        yield Uint8Array.of(byte);
      }
      yield bytes.subarray(50);
    };
    await Promise.all(app.layers.map(({ oci }) => to.writeBlob(descriptor(oci) as never, () => slow(oci.bytes))));
    await writeBlobs(to, app, "oci");
    await to.commit(descriptor(app.oci) as never, ["app:1"]);
    const stored = members("a.tar").map(({ content }) => Buffer.from(content, "latin1"));
    for (const { oci } of app.layers) expect(stored.some((content) => content.equals(oci.bytes))).toBe(true);
  });

  it("leaves nothing behind although its file cannot be closed", async () => {
    await using context = transportContext(folder.path);
    const to = await openDestination(
      `oci-archive:${folder.in("a.tar")}`,
      { force: false, servers: NO_SERVERS },
      context,
    );
    const [temporary = ""] = readdirSync(folder.path).filter((name) => name.startsWith(".planish-"));
    const descriptors = readdirSync("/proc/self/fd").filter((fd) => existsSync(`/proc/self/fd/${fd}`));
    const open = descriptors.find((fd) => readlinkSync(`/proc/self/fd/${fd}`) === folder.in(temporary));
    closeSync(Number(open));
    await expect(to[Symbol.asyncDispose]()).rejects.toMatchObject({ cause: { code: "EBADF" } });
    expect(readdirSync(folder.path)).not.toContain(temporary);
  });

  it("keeps a file that got its name in the meantime", async () => {
    await using context = transportContext(folder.path);
    await using to = await openDestination(
      `oci-archive:${folder.in("a.tar")}`,
      { force: false, servers: NO_SERVERS },
      context,
    );
    const root = await writeBlobs(to, app, "oci");
    writeFileSync(folder.in("a.tar"), "mine");
    await expect(to.commit(root, [])).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    expect(readFileSync(folder.in("a.tar"), "utf8")).toBe("mine");
  });

  it("replaces the file behind a link, and leaves the link", async () => {
    writeFileSync(folder.in("real.tar"), "old");
    symlinkSync("real.tar", folder.in("link.tar"));
    await expect(write(`oci-archive:${folder.in("link.tar")}`)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await write(`oci-archive:${folder.in("link.tar")}`, { force: true });
    expect(readlinkSync(folder.in("link.tar"))).toBe("real.tar");
    expect(statSync(folder.in("real.tar")).size).toBeGreaterThan(1000);
  });

  it("never replaces a folder, a device, a dangling link or the source, even if forced", async () => {
    const refused = { code: "DESTINATION_REFUSED", details: { hint: expect.any(String) } };
    mkdirSync(folder.in("folder"));
    await expect(write(`oci-archive:${folder.in("folder")}`, { force: true })).rejects.toMatchObject(refused);
    await expect(write("oci-archive:/dev/null", { force: true })).rejects.toMatchObject(refused);
    symlinkSync("nowhere", folder.in("dangling"));
    const dangling = write(`oci-archive:${folder.in("dangling")}`, { force: true });
    await expect(dangling).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
    const path = writeArchive(folder.in("source.tar"), []);
    const like = { transport: "oci-archive", path, text: `oci-archive:${path}` } as const;
    await expect(write(`oci-archive:${path}`, { force: true, like })).rejects.toMatchObject(refused);
    expect(readFileSync(path)).toEqual(Buffer.from(archiveBytes([])));
    expect(readdirSync(folder.path).sort()).toEqual(["dangling", "folder", "source.tar"]);
  });

  it("refuses names that cannot be tags of an archive", async () => {
    await expect(write(`docker-archive:${folder.in("a.tar")}:team/UPPER`)).rejects.toMatchObject({
      code: "REFERENCE_INVALID",
    });
    await expect(write(`docker-archive:${folder.in("a.tar")}:@0`)).rejects.toMatchObject({ code: "REFERENCE_INVALID" });
  });

  it("compresses like the source if allowed, and never with zstd for Docker", async () => {
    await using context = transportContext(folder.path);
    await using docker = await openDestination(
      `docker-archive:${folder.in("d.tar")}`,
      { force: false, servers: NO_SERVERS },
      context,
    );
    await using oci = await openDestination(
      `oci-archive:${folder.in("o.tar")}`,
      { force: false, servers: NO_SERVERS },
      context,
    );
    const auto = (to: typeof oci, ...source: ("none" | "gzip" | "zstd")[]) =>
      to.accepts.autoCompression(new Set(source));
    expect([auto(docker, "none"), auto(docker, "gzip"), auto(docker, "none", "zstd"), auto(docker)]).toEqual([
      "none",
      "gzip",
      "gzip",
      "none",
    ]);
    expect([auto(oci, "none"), auto(oci, "gzip"), auto(oci, "zstd"), auto(oci, "zstd", "gzip"), auto(oci)]).toEqual([
      "gzip",
      "gzip",
      "zstd",
      "gzip",
      "gzip",
    ]);
    expect([docker.accepts.index, oci.accepts.index]).toEqual([false, true]);
    expect([...docker.accepts.families, ...oci.accepts.families]).toEqual(["oci", "docker", "oci"]);
    expect(docker.accepts.compressions.has("zstd")).toBe(false);
  });
});
