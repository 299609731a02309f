import { expect, test } from "vitest";
import { type ConfigParts, containerConfig } from "../../../../src/transport/container/config.ts";

const written = (text: string) => ({ bytes: Buffer.from(text), json: JSON.parse(text) });
const of = (parts: Pick<ConfigParts, "made" | "base"> & Partial<ConfigParts>) =>
  containerConfig({ ownDiffId: undefined, engine: "podman", ...parts });
const BIG = "9007199254740993";

const base = written(`{
  "created": "2026-01-01T00:00:00Z",
  "config": { "Env": ["A=1"], "Cmd": ["a"], "Own": ${BIG}, "Labels": { "a": "\\u0062" } },
  "rootfs": { "type": "layers", "diff_ids": ["sha256:aa"] },
  "history": [{ "created_by": "a" }],
  "unknown": ${BIG}
}`);
const made = written(
  `{"config":{"Hostname":"h","Env":["A=2","HOME=/root"],"Cmd":["a"],"StopTimeout":${BIG},"Labels":{"a":"b"}},` +
    `"created":"2026-02-02T00:00:00Z","history":[{"created_by":"a"},{"comment":"c","n":${BIG}}],` +
    `"rootfs":{"type":"layers","diff_ids":["sha256:aa","sha256:bb"]},"os":"linux"}`,
);

test("the image's config is kept byte for byte but for what the container sets, as the engine writes that", () => {
  expect(String(of({ made, base }))).toBe(`{
  "created": "2026-02-02T00:00:00Z",
  "config": { "Env": ["A=2"], "Cmd": ["a"], "Own": ${BIG}, "Labels": { "a": "\\u0062" }, "StopTimeout": ${BIG} },
  "rootfs": {"type":"layers","diff_ids":["sha256:aa","sha256:bb"]},
  "history": [{"created_by":"a"},{"comment":"c","n":${BIG}}],
  "unknown": ${BIG}
}`);
});

test("a new entrypoint discards the command of the image, and a changed layer has its own diffID", () => {
  const other = written(
    `{"config":{"Entrypoint":["b"],"Cmd":null},"rootfs":{"type":"layers","diff_ids":["sha256:aa","sha256:bb"]}}`,
  );
  expect(JSON.parse(String(of({ made: other, base, ownDiffId: "sha256:cc" })))).toEqual({
    config: { Env: ["A=1"], Entrypoint: ["b"], Own: Number(BIG), Labels: { a: "b" } },
    rootfs: { type: "layers", diff_ids: ["sha256:aa", "sha256:cc"] },
    unknown: Number(BIG),
  });
});

test("of an image that is gone the engine's config is taken, without what concerns only the container", () => {
  expect(String(of({ made, base: undefined }))).toBe(made.bytes.toString().replace('"Hostname":"h",', ""));
  const bare = written(`{"rootfs":{"type":"layers","diff_ids":[]}}`);
  expect(String(of({ made: bare, base: written("{}") }))).toBe(
    `{"config":{},"rootfs":{"type":"layers","diff_ids":[]}}`,
  );
});

test.each([
  [{ WorkingDir: "/srv" }, { WorkingDir: "/" }, { WorkingDir: "/" }],
  [{ WorkingDir: "" }, { WorkingDir: "/" }, { WorkingDir: "" }],
  [{}, { WorkingDir: "/" }, {}],
  [{ User: "app" }, { User: "" }, { User: "app" }],
])("of %j and %j comes %j: an engine writes the root if no working directory was set", (image, container, expected) => {
  const [before, after] = [image, container].map((config) => written(JSON.stringify({ config, rootfs: {} })));
  expect(JSON.parse(String(of({ made: after ?? made, base: before }))).config).toEqual(expected);
});

test("variables that podman sets in every container are the container's own in Docker, which sets none", () => {
  const [before, after] = [["A=1"], ["HOME=/h", "HOSTNAME=h", "TERM=xterm", "A=1"]].map((Env) =>
    written(JSON.stringify({ config: { Env }, rootfs: {} })),
  );
  const env = (engine: ConfigParts["engine"]) =>
    JSON.parse(String(of({ made: after ?? made, base: before, engine }))).config.Env;
  expect(env("podman")).toEqual(["A=1"]);
  expect(env("docker")).toEqual(["A=1", "HOME=/h", "HOSTNAME=h", "TERM=xterm"]);
});
