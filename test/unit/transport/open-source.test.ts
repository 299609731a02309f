import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { destinationReference, resultNames } from "../../../src/transport/destination-reference.ts";
import { openSource } from "../../../src/transport/open-source.ts";
import { namedReference, reference } from "../../../src/transport/reference.ts";
import { bindServers, NO_SERVERS } from "../../../src/transport/servers.ts";
import { withoutRights } from "../../support/hard-places.ts";
import {
  dockerClassic,
  dockerHybrid,
  ociLayout,
  podmanSave,
  writeArchive,
  writeFolder,
} from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { dir, file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const app = image({ tags: ["app:1"] });

async function opened(path: string) {
  await using context = transportContext(folder.path);
  await using source = await openSource(path, context, NO_SERVERS);
  return source.reference.text;
}
afterEach(() => vi.unstubAllEnvs());
const refusal = (path: string) => expect(opened(path)).rejects;

describe("openSource with a bare path", () => {
  it("tells archives and layouts apart", async () => {
    const path = folder.in("a");
    expect(await opened(writeArchive(path, dockerClassic(app)))).toBe(`docker-archive:${path}`);
    expect(await opened(writeArchive(path, podmanSave(app)))).toBe(`docker-archive:${path}`);
    expect(await opened(writeArchive(path, dockerHybrid(app)))).toBe(`docker-archive:${path}`);
    expect(await opened(writeArchive(path, ociLayout(app)))).toBe(`oci-archive:${path}`);
    expect(await opened(writeFolder(folder.in("layout"), ociLayout(app)))).toBe(`oci:${folder.in("layout")}`);
  });

  it("detects compressed archives", async () => {
    expect(await opened(writeArchive(folder.in("a.tgz"), dockerClassic(app), "gzip"))).toBe(
      `docker-archive:${folder.in("a.tgz")}`,
    );
    expect(await opened(writeArchive(folder.in("a.zst"), ociLayout(app), "zstd"))).toBe(
      `oci-archive:${folder.in("a.zst")}`,
    );
  });

  it("says what to type when the path is not there", async () => {
    const hint = (text: string) => ({ code: "SOURCE_NOT_FOUND", details: { hint: expect.stringContaining(text) } });
    await refusal("no-such-archive.tar:latest").toMatchObject(hint("check the path"));
    await refusal(folder.in("none.tar")).toMatchObject(hint("check the path"));
    await refusal("oci-archiv:none.tar").toMatchObject(hint("the transport: use docker-daemon:NAME"));
    writeArchive(folder.in("a.tar"), dockerClassic(app));
    await refusal(`${folder.in("a.tar")}:app:1`).toMatchObject(hint(`docker-archive:${folder.in("a.tar")}:app:1`));
    await refusal(`oci-archive:${folder.in("a.tar")}`).toMatchObject(hint(`docker-archive:${folder.in("a.tar")}`));
    writeFolder(folder.in("layout"), ociLayout(app));
    await refusal(`${folder.in("layout")}:app:1`).toMatchObject(hint(`oci:${folder.in("layout")}:app:1`));
  });

  it("says how to type a path with a colon, after which a transport takes a name", async () => {
    const path = writeArchive(folder.in("a:1.tar"), dockerClassic(app));
    const hint = `the first colon ends a path that follows docker-archive: ${path} is there`;
    await refusal(`docker-archive:${path}`).toMatchObject({ code: "SOURCE_NOT_FOUND", details: { hint } });
    expect(await opened(path)).toBe(path);
    await refusal(`docker-archive:${folder.in("none:1.tar")}`).not.toHaveProperty("details.hint");
  });

  it("reports a folder that may not be accessed as such", async (test) => {
    const layout = writeFolder(folder.in("layout"), ociLayout(app));
    chmodSync(folder.path, 0o755);
    chmodSync(layout, 0o600);
    const refused = { code: "TRANSPORT_FAILED", message: expect.stringMatching(/oci-layout: permission denied$/) };
    try {
      await withoutRights(test, () => refusal(layout).toMatchObject(refused));
    } finally {
      chmodSync(layout, 0o700);
    }
  });

  it("asks the registry for a text that is not a file, if no daemon answers", async () => {
    vi.stubEnv("DOCKER_HOST", `unix://${folder.in("no.sock")}`);
    await using context = transportContext(folder.path);
    const servers = bindServers({ registry: { retry: { retries: 0 } } }, new Set());
    await expect(openSource("127.0.0.1:1/app:1", context, servers)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("127.0.0.1:1/v2/"),
      details: {
        hint: expect.stringMatching(/^Docker did not answer, so a registry was asked for 127.0.0.1:1.app:1; docker-/),
      },
    });
  });

  it("asks no registry if the daemon that was named does not answer", async () => {
    await using context = transportContext(folder.path);
    const docker = { host: `unix://${folder.in("no.sock")}` };
    const servers = bindServers({ docker, registry: { retry: { retries: 0 } } }, new Set());
    const refused = { code: "DAEMON_UNREACHABLE" };
    await expect(openSource("127.0.0.1:1/app:1", context, servers)).rejects.toMatchObject(refused);
  });

  it.each(["docker-deamon:app:1", "No-Image"])(
    "lists the transports for a text that is neither path nor name: %s",
    async (text) => {
      vi.stubEnv("DOCKER_HOST", `unix://${folder.in("no.sock")}`);
      const details = {
        hint: expect.stringMatching(/^there is no image at such a path either; use docker-daemon:NAME,/),
      };
      await refusal(text).toMatchObject({ code: "REFERENCE_INVALID", details });
    },
  );

  it("says how to list the tags of a repository that does not have the requested one", async () => {
    const server = createServer(({ url }, response) => response.writeHead(url === "/v2/" ? 200 : 404).end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using context = transportContext(folder.path);
    const servers = bindServers({ registry: { tlsVerify: false, retry: { retries: 0 } } }, new Set());
    await expect(openSource(`docker://${host}/team/app:1`, context, servers)).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
      details: { hint: `planish images docker://${host}/team/app lists its tags` },
    });
    server.closeAllConnections();
    server.close();
  });

  it("takes a text that cannot be a name for a file", async () => {
    await using context = transportContext(folder.path);
    const previous = process.cwd();
    process.chdir(folder.path);
    try {
      writeArchive(folder.in("My Image"), dockerClassic(app));
      expect(await opened("My Image")).toBe("docker-archive:My Image");
      await expect(openSource("No Image", context, NO_SERVERS)).rejects.toMatchObject({ code: "REFERENCE_INVALID" });
    } finally {
      process.chdir(previous);
    }
  });

  it("refuses files that are not images, and says why", async () => {
    mkdirSync(folder.in("folder"));
    await refusal(folder.in("folder")).toMatchObject({
      code: "IMAGE_UNSUPPORTED",
      details: { hint: `if it is a root filesystem, name it rootfs:${folder.in("folder")}` },
    });
    writeFileSync(folder.in("folder/manifest.json"), "{}");
    await refusal(folder.in("folder")).toMatchObject({
      details: { hint: expect.stringContaining("skopeo copy dir:") },
    });
    writeFileSync(folder.in("rootfs.tar"), layer(dir("etc"), file("etc/hosts")).tar());
    await refusal(folder.in("rootfs.tar")).toMatchObject({
      code: "MANIFEST_INVALID",
      details: { hint: expect.stringContaining("a root filesystem, which planish import takes") },
    });
    writeFileSync(folder.in("text"), "not a tar at all, but long enough to look like one ".repeat(20));
    await refusal(folder.in("text")).toMatchObject({ code: "TAR_INVALID" });
  });
});

describe("destinationReference", () => {
  const like = {
    docker: reference("docker-archive", "in.tar"),
    archive: reference("oci-archive", "in.tar"),
    layout: reference("oci", "in"),
  };

  it("gives a bare path the source's transport, but makes no folder for a .tar", () => {
    expect(destinationReference("out.tar", like.docker).text).toBe("docker-archive:out.tar");
    expect(destinationReference("out", like.docker).text).toBe("docker-archive:out");
    expect(destinationReference("out.tar", like.archive).text).toBe("oci-archive:out.tar");
    expect(destinationReference("out", like.layout).text).toBe("oci:out");
    expect(destinationReference("out.tar", like.layout).text).toBe("oci-archive:out.tar");
    expect(destinationReference("out.tar").text).toBe("docker-archive:out.tar");
  });

  it("writes the source's type to stdout, but always an archive", () => {
    expect(destinationReference("-", like.docker).text).toBe("docker-archive:-");
    expect(destinationReference("-", like.archive).text).toBe("oci-archive:-");
    expect(destinationReference("-", like.layout).text).toBe("oci-archive:-");
    expect(destinationReference("docker-archive:-", like.layout).text).toBe("docker-archive:-");
  });
});

describe("resultNames", () => {
  it("prefers given names to the source's, and adds the reference's own", () => {
    const bare = reference("oci", "out");
    const tagged = reference("oci", "out", { name: "v2" });
    expect(resultNames(bare, undefined, { names: ["app:1"] })).toEqual(["app:1"]);
    expect(resultNames(bare, ["b:1"], { names: ["app:1"] })).toEqual(["b:1"]);
    expect(resultNames(tagged, undefined, { names: ["app:1"] })).toEqual(["v2"]);
    expect(resultNames(tagged, ["b:1", "v2"], { names: ["app:1"] })).toEqual(["v2", "b:1"]);
  });

  it("names an image of an engine once, in the engine's form", () => {
    expect(resultNames(namedReference("docker-daemon", "app"), ["app", "app:latest"], { names: [] })).toEqual([
      "app:latest",
    ]);
    const inPodman = resultNames(namedReference("podman", "localhost/app:1"), ["app:1", "quay.io/app"], { names: [] });
    expect(inPodman).toEqual(["localhost/app:1", "quay.io/app:latest"]);
  });

  it("takes a tag alone for one of the repository if that is in a registry", () => {
    const pushed = namedReference("docker", "localhost:5000/team/app:1");
    const names = ["localhost:5000/team/app:1", "localhost:5000/team/app:V2", "localhost:5000/team/app:3"];
    expect(resultNames(pushed, ["V2", "localhost:5000/team/app:3"], { names: [] })).toEqual(names);
    expect(resultNames(namedReference("docker", "app:1"), ["app", "b"], { names: [] })).toEqual([
      "app:1",
      "app:latest",
      "app:b",
    ]);
    expect(resultNames(namedReference("docker-daemon", "app:1"), ["b"], { names: [] })).toEqual(["app:1", "b:latest"]);
  });
});
