import { describe, expect, test } from "vitest";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { runCli } from "../../support/run-cli.ts";
import { file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const app = image({
  layers: [layer(file("old", "1", { mtime: 1_000 })), layer(file("young", "2", { mtime: 1_700_000_000 }))],
});

const flatten = async (name: string, options: string[], env: Record<string, string> = {}) => {
  const source = writeArchive(folder.in("app.tar"), dockerClassic(app));
  const to = `docker-archive:${folder.in(name)}`;
  const { status, stdout, stderr } = await runCli(["flatten", source, to, "-f", "--format=json", ...options], { env });
  if (status !== 0) return { status, stderr };
  const { stdout: inspected } = await runCli(["inspect", to, "--format", "json"]);
  return { result: JSON.parse(stdout), config: JSON.parse(inspected).images[0].config.json };
};

describe("planish flatten", () => {
  test.each<[string, string[], Record<string, string>]>([
    ["--timestamp in seconds", ["--timestamp", "86400"], {}],
    ["--created", ["--created", "1970-01-02T00:00:00Z"], { SOURCE_DATE_EPOCH: "5" }],
    ["--timestamp as a date", ["--timestamp", "1970-01-02T00:00:00Z"], { SOURCE_DATE_EPOCH: "5" }],
    ["SOURCE_DATE_EPOCH", [], { SOURCE_DATE_EPOCH: "86400" }],
  ])("takes the time of creation from %s, and with --rewrite-timestamp that of younger files", async (_, own, env) => {
    const { result, config } = await flatten("flat.tar", [...own, "--rewrite-timestamp", "--verify"], env);
    expect(config.created).toBe("1970-01-02T00:00:00Z");
    expect(config.history.at(-1).created).toBe("1970-01-02T00:00:00Z");
    expect(result.verified).toMatchObject({ equal: true, ignored: ["rootfs", "history"] });
    const { stdout } = await runCli(["verify", folder.in("app.tar"), folder.in("flat.tar"), "--format", "json"]);
    expect(JSON.parse(stdout).images[0].differences).toMatchObject([
      { path: "young", attributes: [{ attribute: "mtime", flat: "1970-01-02T00:00:00.000000000Z" }] },
    ]);
  });

  test("rewrites the times of squashed layers, and reports the others", async () => {
    const early = ["--timestamp", "500", "--rewrite-timestamp", "--verify"];
    const { result } = await flatten("upper.tar", ["--layers", "1-", ...early]);
    expect(result.verified.equal).toBe(true);
    expect(result.images[0].after.layers).toMatchObject([{ kept: true }, { kept: false }]);
    expect(result.images[0].diagnostics).toMatchObject([{ rule: "times-kept", layer: 0 }]);
    const { stdout } = await runCli(["verify", folder.in("app.tar"), folder.in("upper.tar"), "--format", "json"]);
    expect(JSON.parse(stdout).images[0].differences).toMatchObject([{ path: "young" }]);
    const plan = await runCli([
      "flatten",
      folder.in("app.tar"),
      "--dry-run",
      "--layers",
      "1-",
      ...early.slice(0, 3),
      "--format=json",
    ]);
    expect(JSON.parse(plan.stdout).images[0].diagnostics).toMatchObject([{ rule: "times-kept", layer: 0 }]);
  });

  test("needs a time to rewrite times", async () => {
    expect(await flatten("never.tar", ["--rewrite-timestamp"])).toEqual({
      status: 2,
      stderr: expect.stringContaining("--rewrite-timestamp needs a time: --timestamp, or SOURCE_DATE_EPOCH"),
    });
  });
});
