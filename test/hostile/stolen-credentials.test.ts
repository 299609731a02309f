import { afterEach, describe, expect, test } from "vitest";
import { copy } from "../../src/copy.ts";
import { flatten } from "../../src/flatten.ts";
import type { RunOptions } from "../../src/flatten-options.ts";
import { analyze } from "../../src/inspect/analysis/analyze.ts";
import { diff } from "../../src/inspect/diff/diff.ts";
import { planFlatten } from "../../src/inspect/dry-run/plan-flatten.ts";
import { verify } from "../../src/inspect/verify.ts";
import { report } from "../../src/report/report.ts";
import { image, sampleLayers } from "../support/image-fixture.ts";
import { type GuardedRegistry, startGuardedRegistry } from "../support/registry/guarded-registry.ts";
import { QUICK } from "../support/registry/session-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
const ALICE = { username: "alice", password: "s3cret" };
const options: RunOptions = { registry: { ...QUICK, credentials: ALICE, tlsVerify: false } };
const BASIC = `Basic ${Buffer.from("alice:s3cret").toString("base64")}`;

const stolen: GuardedRegistry[] = [];
afterEach(async () => {
  for (const registry of stolen.splice(0)) await registry[Symbol.asyncDispose]();
});

const registry = async (more?: Readonly<Record<string, unknown>>): Promise<GuardedRegistry> => {
  const started = await startGuardedRegistry(image({ layers: sampleLayers() }), more);
  stolen.push(started);
  return started;
};

describe("a password for one registry is not sent to another", () => {
  const NAME = "org.opencontainers.image.base.name";

  test.each([
    ["flatten", (source: string) => flatten(source, `oci:${folder.in("flat")}:x`, { ...options, base: "auto" })],
    ["dry run", (source: string) => planFlatten(source, undefined, { ...options, base: "auto" })],
  ])("if an image names that as its base: %s", async (_, run) => {
    const theirs = await registry();
    const ours = await registry({ annotations: { [NAME]: `${theirs.host}/base:1` } });
    await run(`docker://${ours.host}/app:1`).catch(() => {});
    expect(ours.seen).toContain(BASIC);
    expect(theirs.seen.length).toBeGreaterThan(0);
    expect(theirs.seen.filter((header) => header !== undefined)).toEqual([]);
  });

  test.each<[string, (a: string, b: string) => Promise<unknown>]>([
    ["flatten --base", (a, b) => flatten(a, `oci:${folder.in("flat")}:x`, { ...options, base: b })],
    ["flatten --dry-run --base", (a, b) => planFlatten(a, undefined, { ...options, base: b })],
    ["flatten", (a, b) => flatten(a, b, options)],
    ["copy", (a, b) => copy(a, b, options)],
    ["verify", (a, b) => verify(a, b, options)],
    ["diff", (a, b) => diff(a, b, options)],
    ["analyze", (a, b) => analyze([a, b], options)],
    ["report", (a, b) => report(a, folder.in("page.html"), { ...options, flat: b })],
  ])("if both are on the command line, and neither gets a request: %s", async (_, run) => {
    const [a, b] = [await registry(), await registry()];
    await expect(run(`docker://${a.host}/app:1`, `docker://${b.host}/app:1`)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      stage: "open",
      message: `the credentials given are for one registry, not for ${a.host} and ${b.host}`,
    });
    expect([...a.seen, ...b.seen]).toEqual([]);
  });

  test("but is used for two images of the same registry", async () => {
    const ours = await registry();
    const result = await verify(`docker://${ours.host}/a:1`, `docker://${ours.host}/b:1`, options);
    expect(result.images).toMatchObject([{ equal: true }]);
  });
});
