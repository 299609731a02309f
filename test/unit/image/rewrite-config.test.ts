import { describe, expect, test } from "vitest";
import { type ConfigChange, rewriteConfig } from "../../../src/image/rewrite-config.ts";
import { parseDiffId, sha256 } from "../../../src/oci/digest.ts";
import { BUILDER_CONFIGS } from "../../support/builder-configs.ts";
import { loadFixture } from "../../support/load-fixture.ts";
import { oneLayer } from "../../support/one-layer.ts";

const FLAT = parseDiffId(`sha256:${"f".repeat(64)}`);
const LOWER = sha256("lower");
const UPPER = sha256("upper");
const OWN = { created_by: "planish flatten", comment: "all layers flattened into one" };

/** The text of the flat image's config, made of the given text. */
async function rewrite(
  config: string,
  change: Partial<ConfigChange> = {},
  layers?: readonly string[],
): Promise<string> {
  const image = await loadFixture({ config, ...(layers === undefined ? {} : { layers }) });
  return new TextDecoder().decode(
    rewriteConfig(image, { layers: oneLayer(FLAT, image.layers.length), family: "oci", ...change }).bytes,
  );
}

const rootfs = `"rootfs":{"type":"layers","diff_ids":["${LOWER}","${UPPER}"]}`;
const platform = '"os":"linux","architecture":"amd64"';
const plain = `{${platform},${rootfs}}`;

describe("configs as builders write them", () => {
  test.each(Object.entries(BUILDER_CONFIGS))("%s", async (_, config) => {
    expect(await rewrite(config)).toMatchSnapshot();
  });
});

describe("history", () => {
  const history = '[{"created":"2026-01-01T00:00:00Z","created_by":"a"}, {"created_by":"b","empty_layer":false}]';
  const config = `{${platform},"created":"2026-02-02T00:00:00Z","history":${history},${rootfs}}`;
  const historyOf = async (change: Partial<ConfigChange>) => JSON.parse(await rewrite(config, change)).history;

  test("keep makes the old entries empty and adds one with the image's own time", async () => {
    expect(await historyOf({})).toEqual([
      { created: "2026-01-01T00:00:00Z", created_by: "a", empty_layer: true },
      { created_by: "b", empty_layer: true },
      { created: "2026-02-02T00:00:00Z", ...OWN },
    ]);
  });

  test("may have very many entries", async () => {
    const steps = Array.from({ length: 200_000 }, () => ({}));
    const before = `{${platform},"history":${JSON.stringify(steps)},${rootfs}}`;
    expect(JSON.parse(await rewrite(before)).history).toHaveLength(200_001);
    const empty = steps.map(() => ({ empty_layer: true }));
    const between = `{${platform},"history":${JSON.stringify([{}, ...empty, {}])},${rootfs}}`;
    const layers = [{ diffId: FLAT, kept: false, first: 1, last: 1 }];
    expect(JSON.parse(await rewrite(between, { history: "collapse", layers })).history).toHaveLength(200_002);
  });

  test("collapse leaves only our entry", async () => {
    expect(await historyOf({ history: "collapse" })).toEqual([{ created: "2026-02-02T00:00:00Z", ...OWN }]);
  });

  test("none leaves no history", async () => {
    expect(await historyOf({ history: "none" })).toBeUndefined();
  });

  test.each([
    ["null", `{${platform},"history":null,${rootfs}}`],
    ["absent", plain],
    ["empty", `{${platform},"history":[],${rootfs}}`],
  ])("that is %s becomes our entry, without a time when the image has none", async (_, text) => {
    expect(JSON.parse(await rewrite(text)).history).toEqual([OWN]);
  });

  test("with more steps that made layers than there are layers is repaired, since Docker refuses it", async () => {
    const steps = '[{"created_by":"a"},{"created_by":"b"}]';
    const one = `{${platform},"history":${steps},"rootfs":{"type":"layers","diff_ids":["${LOWER}"]}}`;
    const after = JSON.parse(await rewrite(one, { layers: oneLayer(parseDiffId(LOWER), 1) }, ["lower"])).history;
    expect(after.filter((entry: { empty_layer?: boolean }) => entry.empty_layer !== true)).toEqual([OWN]);
  });
});

describe("the time of the image", () => {
  test("is kept, whatever it is", async () => {
    expect(await rewrite(`{"created":null,${platform},${rootfs}}`, { history: "none" })).toBe(
      `{"created":null,${platform},"rootfs":{"type":"layers","diff_ids":["${FLAT}"]}}`,
    );
  });

  test("is replaced when one is given, in our history entry too", async () => {
    const after = JSON.parse(await rewrite(plain, { created: "2027-01-01T00:00:00Z" }));
    expect([after.created, after.history[0].created]).toEqual(["2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]);
  });
});

describe("the platform", () => {
  test("is filled in where it is missing or empty, from the index", async () => {
    const image = await loadFixture({
      config: { os: "", created: null },
      descriptor: { platform: { os: "linux", architecture: "arm", variant: "v6" } },
    });
    const { json } = rewriteConfig(image, { layers: oneLayer(FLAT, image.layers.length), family: "oci" });
    expect([json.os, json.architecture, json.variant]).toEqual(["linux", "arm", "v6"]);
  });

  test("is kept as it is spelled", async () => {
    const after = await rewrite(`{"os":"Linux","architecture":"x86_64",${rootfs}}`);
    expect(after).toContain('"os":"Linux","architecture":"x86_64"');
    expect(after).not.toContain("variant");
  });
});

describe("a config whose one layer stays what it was", () => {
  const flat = `{ ${platform},"config":{"Image":"x"},"container_config":{}, "history":[{"created_by":"a"}],"rootfs":{"type":"layers","diff_ids":["${LOWER}"]}}\n`;

  test("keeps all its bytes", async () => {
    expect(await rewrite(flat, { layers: oneLayer(parseDiffId(LOWER), 1) }, ["lower"])).toBe(flat);
  });

  test("still takes the history and the time that were asked for", async () => {
    const after = JSON.parse(
      await rewrite(
        flat,
        { layers: oneLayer(parseDiffId(LOWER), 1), history: "none", created: "2027-01-01T00:00:00Z" },
        ["lower"],
      ),
    );
    expect([after.history, after.created]).toEqual([undefined, "2027-01-01T00:00:00Z"]);
  });
});

test("flattening twice changes nothing the second time", async () => {
  const once = await rewrite(BUILDER_CONFIGS.docker2010, {}, undefined);
  const withLayer = once.replace(FLAT, LOWER);
  expect(await rewrite(withLayer, { layers: oneLayer(parseDiffId(LOWER), 1) }, ["lower"])).toBe(withLayer);
});

test("an image without layers gets the one that is given", async () => {
  const after = JSON.parse(await rewrite(`{${platform},"rootfs":{"type":"layers"}}`, {}, []));
  expect([after.rootfs, after.history]).toEqual([{ type: "layers", diff_ids: [FLAT] }, [OWN]]);
});

test("the descriptor is of the family that was asked for, and of the bytes", async () => {
  const { descriptor, bytes } = rewriteConfig(await loadFixture({ config: plain }), {
    layers: oneLayer(FLAT, 2),
    family: "docker",
  });
  expect(descriptor).toEqual({
    mediaType: "application/vnd.docker.container.image.v1+json",
    digest: sha256(bytes),
    size: bytes.length,
  });
});
