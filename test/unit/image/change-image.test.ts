import { expect, test } from "vitest";
import { changeImage, type ImageChanges } from "../../../src/image/change-image.ts";
import { loadFixture } from "../../support/load-fixture.ts";

const rootfs = '"rootfs":{"type":"layers","diff_ids":[]}';

/** The text of a config, given without its outer parts, after a change. */
async function changed(text: string, asked: ImageChanges): Promise<string> {
  const image = await loadFixture({ config: `{"os":"linux","architecture":"amd64",${text}${rootfs}}`, layers: [] });
  const after = new TextDecoder().decode(changeImage(image, asked).config.bytes);
  return after.replace('{"os":"linux","architecture":"amd64",', "").replace(`${rootfs}}`, "");
}

test.each<[string, ImageChanges, string]>([
  [
    '"config": {"Big": 1e400, "Env": ["\\u0041=1" , "B=2"], "Labels": {"x": "\\/"}},',
    { env: ["B=3", "C=4"], labels: ["y=z"] },
    '"config": {"Big": 1e400, "Env": ["\\u0041=1" , "B=3","C=4"], "Labels": {"x": "\\/","y":"z"}},',
  ],
  [
    '"config":{"Env":["A=1","B=\\u0032","C=3"],"Labels":{"a":"1","b":"\\u0032"}},',
    { unsetEnv: ["A", "C"], unsetLabels: ["a"] },
    '"config":{"Env":["B=\\u0032"],"Labels":{"b":"\\u0032"}},',
  ],
  ['"config":{"Env":null,"Cmd":["a"]},', { env: ["A=1"] }, '"config":{"Env":["A=1"],"Cmd":["a"]},'],
  ['"config":{"Labels":{}},', { labels: ["__proto__=x"] }, '"config":{"Labels":{"__proto__":"x"}},'],
  ['"config":{"Volumes":{}},', { changes: ["VOLUME __proto__"] }, '"config":{"Volumes":{"__proto__":{}}},'],
  ['"config":{"Cmd":"a","User":null},', { env: ["A=1"] }, '"config":{"Cmd":"a","User":null,"Env":["A=1"]},'],
  ['"config":{"Cmd":["a"]},', { changes: ["ENTRYPOINT b"] }, '"config":{"Entrypoint":["/bin/sh","-c","b"]},'],
  ['"config":{},', { changes: ["USER a"] }, '"config":{"User":"a"},'],
  ['"config":null,', { changes: ["USER a"] }, '"config":{"User":"a"},'],
  ['"author":"x",', { author: "y" }, '"author":"y",'],
])("of %s with %j nothing else changes", async (before, asked, after) => {
  expect(await changed(before, asked)).toBe(after);
});

test.each<[string, ImageChanges, string]>([
  ['{"Env":"A=1"}', { env: ["B=2"] }, "config.Env: expected Array"],
  ['{"Env":[1]}', { unsetEnv: ["A"] }, "config.Env.0: expected string"],
  ['{"Labels":["a"]}', { labels: ["a=b"] }, "config.Labels: expected an object"],
  ['{"WorkingDir":{}}', { changes: ["WORKDIR a"] }, "config.WorkingDir: expected string"],
  ['{"env":["A=1"]}', { env: ["B=2"] }, "expected no other spelling of a name"],
  ['{"Labels":{"a":"1"},"Labels":{"b":"2"}}', { labels: ["c=3"] }, 'names "Labels" and "Labels"'],
])("a config that engines cannot read, or read otherwise, is refused when it is to be changed: %s", async (...row) => {
  const [config, asked, message] = row;
  expect(await changed(`"config":${config},`, {})).toBe(`"config":${config},`);
  await expect(changed(`"config":${config},`, asked)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(message),
  });
});

test("a list may be very long", async () => {
  const env = Array.from({ length: 600_000 }, (_, at) => `V${at}=`);
  const after = await changed(`"config":${JSON.stringify({ Env: env })},`, { env: ["NEW="] });
  expect(after).toBe(`"config":${JSON.stringify({ Env: [...env, "NEW="] })},`);
  const twice = Array.from({ length: 400_000 }, (_, at) => (at % 2 === 0 ? "A=" : "B="));
  const left = await changed(`"config":${JSON.stringify({ Env: twice })},`, { unsetEnv: ["A"] });
  expect(left).toBe(`"config":${JSON.stringify({ Env: twice.filter((text) => text === "B=") })},`);
});

test("an image stays the same object when nothing changes", async () => {
  const image = await loadFixture({});
  expect(changeImage(image, {})).toBe(image);
  expect(changeImage(image, { unsetEnv: ["NO"], unsetLabels: ["no"] })).toBe(image);
});
