import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { flatten } from "../../src/flatten.ts";
import { sha256 } from "../../src/oci/digest.ts";
import type { DaemonOptions } from "../../src/transport/daemon/endpoint.ts";
import { findImage } from "../../src/transport/daemon/images.ts";
import { connectDocker, connectPodman } from "../../src/transport/daemon/open-engine.ts";
import { openDockerArchive } from "../../src/transport/docker-archive/source.ts";
import { reference } from "../../src/transport/reference.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { copyImage, readImage } from "../support/engine-copy.ts";
import { type SshServer, startSshd, startTlsDocker, type TlsDocker } from "../support/engines/docker-remote.ts";
import { engineSockets } from "../support/engines/engine-set.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";

const NAME = "endpoints.test/image:1";

e2eSuite("An engine is reached", (workshop) => {
  const folder = testFolder();
  const { docker20, podman4 } = engineSockets(workshop.namespace);
  let archive = "";
  let tls: TlsDocker;
  let sshd: SshServer;
  beforeAll(async () => {
    archive = exoticImage(workshop).archive;
    [tls, sshd] = await Promise.all([startTlsDocker(workshop.namespace), startSshd(workshop.namespace)]);
  });
  afterEach(() => vi.unstubAllEnvs());

  /** Writes an image over the connection, reads it back and removes it. */
  const expectRoundTrip = async (options: DaemonOptions): Promise<void> => {
    await using context = transportContext(folder.path);
    const client = await connectDocker({ configDirectory: folder.in("config"), ...options }, context);
    await using source = await openDockerArchive(reference("docker-archive", archive), context);
    await copyImage(source, { client, name: NAME }, context);
    expect((await readImage(client, NAME, context)).image.layers).toHaveLength(3);
    await client.request({ method: "DELETE", path: `/images/${NAME}`, query: { force: "1" } });
  };

  it("over TLS with certificates for both sides, by flags, by the environment and by a context", async () => {
    const { host, certificates } = tls;
    const pem = (name: string) => join(certificates, name);
    const files = { tlsCaCert: pem("ca.pem"), tlsCert: pem("cert.pem"), tlsKey: pem("key.pem") };
    await expectRoundTrip({ host, tlsVerify: true, ...files });
    await expectRoundTrip({ host, tls: true, tlsCert: pem("cert.pem"), tlsKey: pem("key.pem") });
    vi.stubEnv("DOCKER_HOST", host);
    vi.stubEnv("DOCKER_TLS_VERIFY", "1");
    vi.stubEnv("DOCKER_CERT_PATH", certificates);
    await expectRoundTrip({});
    const id = sha256("remote").replace("sha256:", "");
    const meta = folder.in(`config/contexts/meta/${id}`);
    mkdirSync(meta, { recursive: true });
    writeFileSync(join(meta, "meta.json"), JSON.stringify({ Endpoints: { docker: { Host: host } } }));
    cpSync(certificates, folder.in(`config/contexts/tls/${id}/docker`), { recursive: true });
    vi.unstubAllEnvs();
    await expectRoundTrip({ context: "remote" });
  });

  it("over TLS neither without a certificate, nor if the server's is from another authority", async () => {
    await using context = transportContext(folder.path);
    const { host, certificates } = tls;
    const unreachable = {
      code: "DAEMON_UNREACHABLE",
      details: { hint: expect.stringMatching(/^check the certificates: .*--tlscert/) },
    };
    const ca = { host, tlsVerify: true, tlsCaCert: join(certificates, "ca.pem"), configDirectory: folder.path };
    await expect(connectDocker(ca, context)).rejects.toMatchObject({
      ...unreachable,
      message: expect.stringMatching(/: SSL routines: [\w/ ]*bad certificate$/),
    });
    const system = { host, tlsVerify: true, configDirectory: folder.path };
    await expect(connectDocker(system, context)).rejects.toMatchObject({
      ...unreachable,
      message: expect.stringMatching(/^cannot reach docker at tcp:.*certificate/),
    });
    await expect(connectDocker({ host, configDirectory: folder.path }, context)).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      details: { hint: expect.stringContaining("--tlsverify") },
    });
  });

  it("over plain TCP", async () => {
    const server = createServer((socket) => {
      const engine = connect(docker20);
      socket.on("error", () => engine.destroy()).pipe(engine);
      engine.on("error", () => socket.destroy()).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await expectRoundTrip({ host: `tcp://127.0.0.1:${port}` });
    await using context = transportContext(folder.path);
    const secure = { host: `tcp://127.0.0.1:${port}`, tls: true, configDirectory: folder.path };
    await expect(connectDocker(secure, context)).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: `cannot reach docker at ${secure.host}: it does not speak TLS`,
      details: { hint: expect.stringContaining("--tlsverify") },
    });
    await new Promise((resolve) => server.close(resolve));
    await expect(connectDocker({ host: `tcp://localhost:${port}` }, context)).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("over ssh, through docker on the other side", async () => {
    vi.stubEnv("PATH", `${sshd.binaries}:${process.env.PATH}`);
    await expectRoundTrip({ host: `ssh://root@127.0.0.1:${sshd.port}${docker20}` });
    await using context = transportContext(folder.path);
    const wrong = { host: `ssh://absent@127.0.0.1:${sshd.port}` };
    await expect(connectDocker(wrong, context)).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: expect.stringContaining("Permission denied"),
    });
  });

  it("over ssh to podman, through podman on the other side", async () => {
    vi.stubEnv("PATH", `${sshd.binaries}:${process.env.PATH}`);
    vi.stubEnv("CONTAINER_HOST", `ssh://root@127.0.0.1:${sshd.port}${podman4}`);
    await using context = transportContext(folder.path);
    const podman = await connectPodman({}, context);
    await using source = await openDockerArchive(reference("docker-archive", archive), context);
    await copyImage(source, { client: podman, name: NAME }, context);
    expect((await readImage(podman, NAME, context)).image.layers).toHaveLength(3);
    await podman.request({ method: "DELETE", path: `/images/${NAME}`, query: { force: "1" } });
  });

  it("by references alone, from Docker to podman", async () => {
    vi.stubEnv("DOCKER_HOST", `unix://${docker20}`);
    vi.stubEnv("CONTAINER_HOST", `unix://${podman4}`);
    const id = await workshop.engines.docker20.load(archive);
    await using context = transportContext(folder.path);
    const podman = await connectPodman({}, context);
    try {
      const inside = await flatten("docker-daemon:crafted/exotic", "docker-daemon:crafted/exotic:flat");
      expect(inside).toMatchObject({ destination: "docker-daemon:crafted/exotic:flat" });
      const across = await flatten("docker-daemon:crafted/exotic:flat", "podman:crafted/exotic:flat");
      expect(across.destination).toBe("podman:localhost/crafted/exotic:flat");
      expect((await findImage(podman, "crafted/exotic:flat"))?.diffIds).toHaveLength(1);
      await expect(flatten("docker-daemon:crafted/exotic", "docker-daemon:crafted/exotic")).rejects.toMatchObject({
        code: "DESTINATION_EXISTS",
      });
    } finally {
      await workshop.engines.docker20.remove(id);
      await workshop.engines.docker20.remove("crafted/exotic:flat");
      await workshop.engines.podman4.remove("crafted/exotic:flat");
    }
  });
});
