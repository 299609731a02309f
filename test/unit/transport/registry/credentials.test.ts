import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { images } from "../../../../src/images/images.ts";
import { connectRegistry } from "../../../../src/transport/registry/connect.ts";
import { credentialPaths } from "../../../../src/transport/registry/credential-file.ts";
import { findCredentials } from "../../../../src/transport/registry/credentials.ts";
import { type RegistryOptions, registrySettings } from "../../../../src/transport/registry/options.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planish-credentials-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const basic = (username: string, password: string) => ({ kind: "basic", username, password });
const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });

function write(path: string, json: unknown): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, typeof json === "string" ? json : JSON.stringify(json));
  return file;
}

/** A helper that answers with `answer` and notes what it was asked. */
function helper(name: string, script: string): void {
  const path = join(folder, "bin", `docker-credential-${name}`);
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(path, `#!/bin/sh\nread -r server\n${script}\n`, { mode: 0o755 });
}

function find(registry: string, repository = "a/b", options: RegistryOptions = {}) {
  const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
  const environment = { HOME: folder, XDG_RUNTIME_DIR: join(folder, "run"), PATH, ...options.environment };
  const settings = registrySettings({ ...options, environment });
  return findCredentials({ registry, repository }, settings, { signal: new AbortController().signal });
}

test("without any file there are none, and no problem either", async () => {
  expect(await find("example.com")).toEqual({ credentials: undefined, problems: [] });
});

test("those given win over every file", async () => {
  write(".docker/config.json", { auths: { "example.com": auth("file:file") } });
  const credentials = { username: "given", password: "given" };
  expect((await find("example.com", "a/b", { credentials })).credentials).toEqual(basic("given", "given"));
});

test("docker's file is read before podman's, and podman's if docker's has nothing", async () => {
  write("run/containers/auth.json", { auths: { "example.com": auth("podman:1"), "other.com": auth("podman:2") } });
  write(".config/containers/auth.json", { auths: { "third.com": auth("podman:3") } });
  write(".docker/config.json", { auths: { "example.com": auth("docker:1") } });
  expect((await find("example.com")).credentials).toEqual(basic("docker", "1"));
  expect((await find("other.com")).credentials).toEqual(basic("podman", "2"));
  expect((await find("third.com")).credentials).toEqual(basic("podman", "3"));
});

test("an empty variable counts as unset, and means no file in the working folder", async () => {
  const environment = {
    HOME: "/h",
    DOCKER_CONFIG: "",
    XDG_CONFIG_HOME: "",
    XDG_RUNTIME_DIR: "",
    REGISTRY_AUTH_FILE: "",
  };
  expect(credentialPaths(registrySettings({ environment }))).toEqual([
    "/h/.docker/config.json",
    `/run/containers/${process.getuid?.()}/auth.json`,
    "/h/.config/containers/auth.json",
  ]);
});

test("null means absent, as in Go", async () => {
  const nothing = { username: null, password: null, identitytoken: null };
  const auths = { "example.com": { ...auth("a:1"), ...nothing }, "other.com": { auth: null, ...nothing } };
  write(".docker/config.json", { auths, credHelpers: { "third.com": null }, credsStore: null });
  const origin = join(folder, ".docker/config.json");
  expect(await find("example.com")).toEqual({ credentials: basic("a", "1"), origin, problems: [] });
  for (const host of ["other.com", "third.com"]) {
    expect(await find(host)).toEqual({ credentials: undefined, problems: [] });
  }
});

test("a file that is named is the only one read", async () => {
  write(".docker/config.json", { auths: { "example.com": auth("docker:1"), "other.com": auth("docker:2") } });
  const authFile = write("mine.json", { auths: { "example.com": auth("mine:1") } });
  expect((await find("example.com", "a", { authFile })).credentials).toEqual(basic("mine", "1"));
  expect((await find("other.com", "a", { authFile })).credentials).toBeUndefined();
  const environment = { REGISTRY_AUTH_FILE: authFile };
  expect((await find("example.com", "a", { environment })).credentials).toEqual(basic("mine", "1"));
});

test.each([
  ["is missing", "missing.json", "cannot be read (ENOENT)"],
  ["is a folder", ".", "cannot be read (EISDIR)"],
  ["is not JSON", "broken.json", "is not a credential file"],
])("no registry is contacted if the file that an option names %s", async (_, path, problem) => {
  write("broken.json", "{");
  const authFile = join(folder, path);
  const target = { registry: "localhost:1", repository: "a/b", side: "source" } as const;
  const connecting = connectRegistry(target, { authFile }, { signal: AbortSignal.any([]) });
  await expect(connecting).rejects.toMatchObject({
    code: "TRANSPORT_FAILED",
    message: `${authFile} ${problem}`,
    details: { path: authFile, hint: expect.stringContaining("login") },
  });
});

test("a pipe, which can be read only once, is left to the lookup of credentials", async () => {
  const authFile = join(folder, "pipe");
  execFileSync("mkfifo", [authFile]);
  const target = { registry: "localhost:1", repository: "a/b", side: "source" } as const;
  const connecting = connectRegistry(target, { authFile }, { signal: AbortSignal.any([]) });
  await expect(connecting).rejects.toThrow("nothing listens there");
});

test("if the file that REGISTRY_AUTH_FILE names is missing, that is a problem only when a registry refuses", async () => {
  const environment = { REGISTRY_AUTH_FILE: join(folder, "later.json") };
  const { credentials, problems } = await find("example.com", "a/b", { environment });
  expect(credentials).toBeUndefined();
  expect(problems).toEqual([`${join(folder, "later.json")} cannot be read (ENOENT)`]);
});

test.each([
  ["example.com/team/app", "team/app", "app"],
  ["example.com/team", "team/other", "team"],
  ["example.com", "else/where", "host"],
])("the most specific key counts: %s for %s", async (_, repository, expected) => {
  write(".docker/config.json", {
    auths: {
      "example.com": auth("host:x"),
      "example.com/team": auth("team:x"),
      "example.com/team/app": auth("app:x"),
      "example.com/tea": auth("wrong:x"),
    },
  });
  expect((await find("example.com", repository)).credentials).toEqual(basic(expected, "x"));
});

test.each(["https://index.docker.io/v1/", "index.docker.io", "docker.io", "docker.io/library", "https://docker.io"])(
  "Docker Hub's credentials are found under %s",
  async (key) => {
    write(".docker/config.json", { auths: { "https://other.io/v1/": auth("other:x"), [key]: auth("hub:pass:word") } });
    expect((await find("docker.io", "library/alpine")).credentials).toEqual(basic("hub", "pass:word"));
  },
);

test("a key that is a URL counts by its host and port", async () => {
  write(".docker/config.json", { auths: { "http://example.com:5000/v2/": auth("u:p") } });
  expect((await find("example.com:5000")).credentials).toEqual(basic("u", "p"));
  expect((await find("example.com")).credentials).toBeUndefined();
});

test("user name and password may be in plain text, and an identity token wins over them", async () => {
  write(".docker/config.json", {
    auths: {
      "plain.com": { username: "u", password: "p" },
      "token.com": { ...auth("u:p"), identitytoken: "refresh" },
      "empty.com": {},
      "null.com": null,
      "nul.com": { auth: Buffer.from("u:p\0\0").toString("base64") },
    },
  });
  expect((await find("plain.com")).credentials).toEqual(basic("u", "p"));
  expect((await find("token.com")).credentials).toEqual({ kind: "identity", token: "refresh" });
  expect((await find("empty.com")).credentials).toBeUndefined();
  expect((await find("null.com")).credentials).toBeUndefined();
  expect((await find("nul.com")).credentials).toEqual(basic("u", "p"));
});

test("an entry that cannot be decoded is a problem for its registry alone, and podman's file is read", async () => {
  const path = write(".docker/config.json", { auths: { "example.com": auth("no colon"), "other.com": auth(":x") } });
  const problems = [`the entry for example.com in ${path} cannot be decoded`];
  expect(await find("example.com")).toEqual({ credentials: undefined, problems });
  expect((await find("third.com")).problems).toEqual([]);
  const origin = write("run/containers/auth.json", { auths: { "example.com": auth("podman:1") } });
  expect(await find("example.com")).toEqual({ credentials: basic("podman", "1"), origin, problems });
});

test("a helper for the registry wins over the store, and the store over entries of the file", async () => {
  helper("one", `echo '{"Username":"one","Secret":"1"}'`);
  helper("store", `echo "{\\"Username\\":\\"store\\",\\"Secret\\":\\"$server\\"}"`);
  write(".docker/config.json", {
    auths: { "one.com": {}, "two.com": auth("file:file") },
    credHelpers: { "one.com": "one" },
    credsStore: "store",
  });
  expect((await find("one.com")).credentials).toEqual(basic("one", "1"));
  expect((await find("two.com")).credentials).toEqual(basic("store", "two.com"));
  expect((await find("docker.io")).credentials).toEqual(basic("store", "https://index.docker.io/v1/"));
});

test("a helper that gives an identity token says so by its user name", async () => {
  helper("token", `echo '{"Username":"<token>","Secret":"refresh"}'`);
  write(".docker/config.json", { credsStore: "token" });
  expect((await find("example.com")).credentials).toEqual({ kind: "identity", token: "refresh" });
});

test("what a helper leaves running, with its output open, is not waited for", async () => {
  helper("agent", `sleep 20 & echo '{"Username":"u","Secret":"s"}'`);
  write(".docker/config.json", { credsStore: "agent" });
  const begun = performance.now();
  expect((await find("example.com")).credentials).toEqual(basic("u", "s"));
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test("a helper without credentials is no problem, and the file is used", async () => {
  helper("none", "echo credentials not found in native keychain; exit 1");
  write(".docker/config.json", { credsStore: "none", auths: { "example.com": auth("file:x") } });
  const origin = join(folder, ".docker/config.json");
  expect(await find("example.com")).toEqual({ credentials: basic("file", "x"), origin, problems: [] });
});

test.each([
  ["fails", "echo a secret; echo another >&2; exit 3", "exited with 3"],
  ["babbles", "echo a secret", "gave an answer that is not credentials"],
  ["rambles", "sleep 20 & head -c 100000 /dev/zero", "gave an answer that is too long"],
  ["absent", undefined, "cannot be run"],
  ["../evil", undefined, "not the name of a program"],
])("a helper that %s is a problem, told without what it printed", async (name, script, expected) => {
  if (script !== undefined) helper(name, script);
  write(".docker/config.json", { credHelpers: { "example.com": name } });
  const { credentials, problems } = await find("example.com");
  expect(credentials).toBeUndefined();
  expect(problems.join()).toContain(expected);
  expect(problems.join()).not.toContain("secret");
});

// A timer or a pipe that is left would keep the process alive.
test.each([
  ["cannot be run", undefined],
  ["is no longer waited for", "sleep 20; echo"],
])("a process can end after a helper that %s", (_, script) => {
  if (script !== undefined) helper("slow", script);
  const program = fileURLToPath(new URL("../../../../src/transport/registry/credential-helper.ts", import.meta.url));
  const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
  const question = { helper: "slow", server: "example.com", environment: { PATH }, problems: [] };
  const ask = `{ ...${JSON.stringify(question)}, signal: AbortSignal.timeout(200) }`;
  const code = `const { askHelper } = await import(${JSON.stringify(program)}); await askHelper(${ask}).catch(() => {});`;
  const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { timeout: 10_000 });
  expect(status).toBe(0);
});

test.each(["not json", "7", '{"auths":{"example.com":"x"}}'])("a broken file (%s) is a problem", async (content) => {
  write(".docker/config.json", content);
  const { credentials, problems } = await find("example.com");
  expect(credentials).toBeUndefined();
  expect(problems).toEqual([`${join(folder, ".docker/config.json")} is not a credential file`]);
});

test("credentials of a helper come from it and the file that names it", async () => {
  const path = write(".docker/config.json", { credsStore: "kept" });
  helper("kept", `echo '{"Username":"u","Secret":"s"}'`);
  expect((await find("example.com")).origin).toBe(`docker-credential-kept (set in ${path})`);
});

test("a helper is asked once for all repositories of a registry", async () => {
  const asked = join(folder, "asked");
  helper("counting", `echo "$server" >> ${asked}; echo '{"Username":"u","Secret":"s"}'`);
  const server = createServer(({ headers, url = "" }, response) => {
    if (headers.authorization === undefined) response.writeHead(401, { "www-authenticate": "Basic" });
    response.end(url.includes("_catalog") ? '{"repositories":["a","b","c"]}' : '{"tags":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  write(".docker/config.json", { credHelpers: { [name]: "counting" } });
  const environment = { HOME: folder, PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  await images(`docker://${name}`, { registry: { environment } });
  server.close().closeAllConnections();
  expect(readFileSync(asked, "utf8")).toBe(`${name}\n`);
});
