import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/limits.ts";
import { type DiffId, sha256 } from "../../../../src/oci/digest.ts";
import { importConfig } from "../../../../src/transport/rootfs/import-config.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const diffId = sha256("tar") as string as DiffId;
const rootfs = { diffId, modified: new Date(0), name: "app.tar" };

async function imported(config: object | string): Promise<string> {
  writeFileSync(folder.in("config.json"), typeof config === "string" ? config : JSON.stringify(config));
  const { bytes } = await importConfig({ ...rootfs, config: folder.in("config.json") }, DEFAULT_LIMITS);
  return Buffer.from(bytes).toString();
}

test("a config of exactly this layer is taken byte for byte", async () => {
  const config = { more: 1, os: "linux", rootfs: { type: "layers", diff_ids: [diffId] } };
  expect(await imported(config)).toBe(JSON.stringify(config));
});

test.each([[[sha256("other")]], [[diffId, diffId]], [[]]])(
  "one of the layers %j is made that of this one",
  async (layers) => {
    const history = [{ created_by: "RUN make" }];
    const config = {
      created: "2026-01-01T00:00:00Z",
      os: "linux",
      rootfs: { type: "layers", diff_ids: layers },
      history,
    };
    expect(JSON.parse(await imported(config))).toEqual({
      ...config,
      rootfs: { type: "layers", diff_ids: [diffId] },
      history: [
        { created_by: "RUN make", empty_layer: true },
        { created: config.created, created_by: "planish import", comment: "Imported from app.tar" },
      ],
    });
  },
);

test.each([
  [
    "with a history",
    '"history": [ {"created_by":"a", "n": 1.0} , {"empty_layer":false}]',
    '"history": [ {"created_by":"a", "n": 1.0,"empty_layer":true} , {"empty_layer":true}, STEP]',
  ],
  ["with an empty history", '"history": []', '"history": [STEP]'],
  ["without a list of steps", '"history": null', '"history": [STEP]'],
])("one of other layers %s keeps every other byte, and its numbers", async (_, history, changed) => {
  const config = (rootfs: string, steps: string): string =>
    `{ "b": 9007199254740993, "a":1E400,\n "rootfs": ${rootfs}, ${steps}, "10": "\\u0061" }\n`;
  const step = '{"created_by":"planish import","comment":"Imported from app.tar"}';
  expect(await imported(config('{"type":"layers","diff_ids":[]}', history))).toBe(
    config(`{"type":"layers","diff_ids":["${diffId}"]}`, changed.replace("STEP", step)),
  );
});

test("one without layers and history gets both", async () => {
  expect(JSON.parse(await imported("{}"))).toMatchObject({
    rootfs: { type: "layers", diff_ids: [diffId] },
    history: [{ created_by: "planish import" }],
  });
});
