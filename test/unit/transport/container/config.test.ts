import { expect, test } from "vitest";
import { containerConfig } from "../../../../src/transport/container/config.ts";

const written = (text: string) => ({ bytes: Buffer.from(text), json: JSON.parse(text) });
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
  expect(String(containerConfig({ made, base, ownDiffId: undefined }))).toBe(`{
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
  expect(JSON.parse(String(containerConfig({ made: other, base, ownDiffId: "sha256:cc" })))).toEqual({
    config: { Env: ["A=1"], Entrypoint: ["b"], Own: Number(BIG), Labels: { a: "b" } },
    rootfs: { type: "layers", diff_ids: ["sha256:aa", "sha256:cc"] },
    unknown: Number(BIG),
  });
});

test("of an image that is gone the engine's config is taken, without what concerns only the container", () => {
  expect(String(containerConfig({ made, base: undefined, ownDiffId: undefined }))).toBe(
    made.bytes.toString().replace('"Hostname":"h",', ""),
  );
  const bare = written(`{"rootfs":{"type":"layers","diff_ids":[]}}`);
  expect(String(containerConfig({ made: bare, base: written("{}"), ownDiffId: undefined }))).toBe(
    `{"config":{},"rootfs":{"type":"layers","diff_ids":[]}}`,
  );
});
