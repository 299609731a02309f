import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { e2eSuite } from "../support/e2e-suite.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { planishIn } from "../support/planish.ts";
import { makeCertificates, makeTokenCertificate } from "../support/registry/certificates.ts";
import { startConnectProxy } from "../support/registry/connect-proxy.ts";
import { ALICE, type RegistryServer, startRegistry } from "../support/registry/registry-server.ts";
import { temporaryFolder } from "../support/registry/session-fixture.ts";
import { startTokenServer, type TokenServer } from "../support/registry/token-server.ts";
import { testFolder } from "../support/test-folder.ts";

const CREDS = `${ALICE.username}:${ALICE.password}`;
const AUTH = Buffer.from(CREDS).toString("base64");

// The command line as users run it, but only with the settings of the test.
e2eSuite("planish at a registry", () => {
  const folder = testFolder();
  const servers = new AsyncDisposableStack();
  let certificates: ReturnType<typeof makeCertificates>;
  let tokens: TokenServer;
  let basic: RegistryServer;
  let bearer: RegistryServer;
  let tls: RegistryServer;
  beforeAll(async () => {
    const kept = servers.use(temporaryFolder());
    certificates = makeCertificates(kept.path);
    const signing = makeTokenCertificate(kept.path);
    tokens = servers.use(await startTokenServer(signing));
    const { realm, service, issuer } = tokens;
    basic = servers.use(await startRegistry({ htpasswd: true }));
    bearer = servers.use(await startRegistry({ token: { realm, service, issuer, rootCert: signing.cert } }));
    tls = servers.use(await startRegistry({ tls: certificates }));
  });
  afterAll(() => servers.disposeAsync());
  beforeEach(() => writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"] }))));

  const planish = (args: readonly string[], env: Readonly<Record<string, string>> = {}, input = "") =>
    planishIn({ cwd: folder.path, env: { HOME: folder.path, ...env }, input }, ...args);
  const push = (name: string, ...more: readonly string[]) => ["flatten", "app.tar", `docker://${name}`, ...more];
  const pull = (name: string, ...more: readonly string[]) => ["inspect", `docker://${name}`, ...more];
  const done = { exitCode: 0 };
  const denied = { exitCode: 4, stderr: expect.stringContaining("AUTH_DENIED") };

  it.each(["basic", "bearer"] as const)(
    "shows a name and password, given or read, to %s authorization",
    async (kind) => {
      const name = `${{ basic, bearer }[kind].host}/secret/cli:given`;
      expect(await planish(push(name))).toMatchObject(denied);
      expect(await planish(push(name, "--creds", "alice:wrong"))).toMatchObject(denied);
      expect(await planish(push(name, "--creds", CREDS))).toMatchObject(done);
      expect(await planish(pull(name, "--creds-stdin"), {}, `${CREDS}\n`)).toMatchObject(done);
      expect(await planish(pull(name))).toMatchObject(denied);
    },
  );

  it("shows no password in anything that it says", async () => {
    const refused = await planish(
      push(`${basic.host}/secret/cli:x`, "--creds", "alice:not-the-word", "--progress", "json"),
    );
    expect(refused).toMatchObject(denied);
    expect(refused.stdout + refused.stderr).not.toContain("not-the-word");
    expect(refused.stdout + refused.stderr).not.toContain(Buffer.from("alice:not-the-word").toString("base64"));
  });

  it("takes what docker login and podman login left, or the file that is named", async () => {
    const name = `${basic.host}/secret/cli:files`;
    const auths = JSON.stringify({ auths: { [basic.host]: { auth: AUTH } } });
    for (const file of [".docker/config.json", ".config/containers/auth.json", "other/config.json", "mine.json"]) {
      mkdirSync(join(folder.in(file), ".."), { recursive: true });
    }
    writeFileSync(folder.in("mine.json"), auths);
    expect(await planish(push(name, "--authfile", "mine.json"))).toMatchObject(done);
    expect(await planish(pull(name), { REGISTRY_AUTH_FILE: folder.in("mine.json") })).toMatchObject(done);
    writeFileSync(folder.in("other/config.json"), auths);
    expect(await planish(pull(name, "--config", folder.in("other")))).toMatchObject(done);
    expect(await planish(pull(name), { DOCKER_CONFIG: folder.in("other") })).toMatchObject(done);
    expect(await planish(pull(name))).toMatchObject(denied);
    writeFileSync(folder.in(".config/containers/auth.json"), auths);
    expect(await planish(pull(name))).toMatchObject(done);
    writeFileSync(
      folder.in(".docker/config.json"),
      JSON.stringify({ auths: { [basic.host]: { auth: "YWxpY2U6eA==" } } }),
    );
    expect(await planish(pull(name))).toMatchObject(denied);
  });

  it.each(["credHelpers", "credsStore"])(
    "asks the helper program that %s names, and tells when it fails",
    async (key) => {
      const name = `${bearer.host}/secret/cli:${key.toLowerCase()}`;
      const helper = (answer: string) =>
        writeFileSync(
          folder.in("docker-credential-mine"),
          `#!/bin/sh\necho "$1 $(cat)" >>"${folder.in("asked")}"\n${answer}`,
          { mode: 0o755 },
        );
      mkdirSync(folder.in(".docker"));
      const config = { auths: {}, [key]: key === "credsStore" ? "mine" : { [bearer.host]: "mine" } };
      writeFileSync(folder.in(".docker/config.json"), JSON.stringify(config));
      const env = { PATH: `${folder.path}:/usr/bin:/bin` };
      helper(`echo '${JSON.stringify({ ServerURL: "", Username: ALICE.username, Secret: ALICE.password })}'\n`);
      expect(await planish(push(name), env)).toMatchObject(done);
      helper(`echo '${JSON.stringify({ ServerURL: "", Username: "<token>", Secret: tokens.identityToken })}'\n`);
      expect(await planish(pull(name), env)).toMatchObject(done);
      expect(new Set(readFileSync(folder.in("asked"), "utf8").trim().split("\n"))).toEqual(
        new Set([`get ${bearer.host}`]),
      );
      // Its output may be a secret, and is not printed.
      helper("echo 'the keyring is locked' >&2; exit 1\n");
      const failed = await planish(pull(name), env);
      expect(failed).toMatchObject({
        ...denied,
        stderr: expect.stringContaining("docker-credential-mine exited with 1"),
      });
      expect(failed.stderr).not.toContain("keyring");
    },
  );

  it("trusts an authority that is named, or anybody with --tls-verify=false, and else nobody new", async () => {
    const name = `${tls.host}/cli:tls`;
    expect(await planish(push(name))).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(/TRANSPORT_FAILED(.|\n)*hint.*certs\.d/),
    });
    expect(await planish(push(name, "--ca-file", certificates.ca))).toMatchObject(done);
    expect(await planish(pull(name, "--tls-verify=false"))).toMatchObject(done);
    expect(await planish(pull(name, "--tls-verify", "false"))).toMatchObject(done);
    expect(await planish(pull(name, "--tls-verify=maybe"))).toMatchObject({ exitCode: 2 });
  });

  it("goes through the proxy of the environment to a host that only the proxy knows", async () => {
    await using proxy = await startConnectProxy(tls.port);
    const name = `registry.planish.test:${tls.port}/cli:proxied`;
    const env = { HTTPS_PROXY: proxy.url };
    expect(await planish(push(name, "--tls-verify=false"), env)).toMatchObject(done);
    expect(await planish(pull(name, "--tls-verify=false"), { https_proxy: proxy.url })).toMatchObject(done);
    expect(new Set(proxy.targets)).toEqual(new Set([`registry.planish.test:${tls.port}`]));
    expect(await planish(pull(name, "--tls-verify=false"), { ...env, NO_PROXY: ".planish.test" })).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining("no such host"),
    });
  });

  it("gives one registry's password to no other", async () => {
    const args = ["flatten", `docker://${basic.host}/a:1`, `docker://${bearer.host}/b:1`, "--creds", CREDS];
    expect(await planish(args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("are for one registry") });
  });
});
