import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../../src/oci/digest.ts";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { runCli } from "../../support/run-cli.ts";
import { file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const app = image({
  tags: ["app:1"],
  layers: [layer(file("a", "1")), layer(file("b", "2"))],
  config: { Env: ["PATH=/bin", "TOKEN=x"], Cmd: ["old"], Labels: { a: "1" } },
});
const flatten = async (to: string, ...options: string[]) => {
  const source = writeArchive(folder.in("app.tar"), dockerClassic(app));
  return await runCli(["flatten", source, to, "--force", ...options]);
};
const inspected = async (reference: string) => {
  const { stdout } = await runCli(["inspect", reference, "--format", "json"]);
  const [{ manifest, config }] = JSON.parse(stdout).images;
  return { manifest: manifest.json, config: config.json };
};

test("planish import also accepts changes, exclusions and times", async () => {
  writeFileSync(folder.in("rootfs.tar"), layer(file("app", "1"), file("junk", "2")).tar());
  const to = `oci:${folder.in("imported")}:x`;
  const asked = ["--change", 'CMD ["/app"]', "--label", "a=1", "--exclude", "junk", "--timestamp", "86400"];
  const { status, stdout } = await runCli(["import", folder.in("rootfs.tar"), to, ...asked, "--format", "json"]);
  expect({ status, entries: JSON.parse(stdout).images[0].entries.kept }).toEqual({ status: 0, entries: 1 });
  const { config } = await inspected(to);
  expect(config).toMatchObject({ created: "1970-01-02T00:00:00Z", config: { Cmd: ["/app"], Labels: { a: "1" } } });
});

describe("planish flatten", () => {
  test("changes config and manifest as requested, and verifies that", async () => {
    const to = `oci:${folder.in("layout")}:new`;
    const run = ["--change", 'ENTRYPOINT ["/app"]', "--change", "ENV PATH=/x:$PATH", "--unset-env", "TOKEN"];
    const said = ["--env", "N=$1", "--label", "b=2", "--unset-label=a", "--author", "me", "--message", "for the shop"];
    const { status, stdout } = await flatten(
      to,
      ...run,
      ...said,
      "--annotation",
      "a.b=c=d",
      "--verify",
      "--format=json",
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout).verified).toMatchObject({ equal: true, ignored: ["rootfs", "history"] });
    const { manifest, config } = await inspected(to);
    expect(manifest.annotations).toEqual({ "a.b": "c=d" });
    expect(config).toMatchObject({ author: "me", config: { Entrypoint: ["/app"], Labels: { b: "2" } } });
    expect(config.config).toMatchObject({ Env: ["PATH=/x:/bin", "N=$1"] });
    expect(config.config.Cmd).toBeUndefined();
    expect(config.history.at(-1)).toMatchObject({ author: "me", comment: "for the shop" });
    expect(JSON.parse(stdout).images[0].before.config).toBe(sha256(app.config));
  });

  test("keeps a flat image's layer unchanged if only its config changes", async () => {
    const flat = `docker-archive:${folder.in("flat.tar")}`;
    await flatten(flat, "-q");
    const again = `docker-archive:${folder.in("again.tar")}`;
    const { stdout } = await runCli(["flatten", flat, again, "--label", "c=3", "--format", "json"]);
    expect(JSON.parse(stdout).images[0]).toMatchObject({ alreadyFlat: true });
    expect((await inspected(again)).config.config.Labels).toEqual({ a: "1", c: "3" });
  });

  test.each([
    [["--change", "RUN make"], "RUN is not one of CMD, "],
    [["--label", "=x"], "--label: "],
    [["--annotation", "x"], '--annotation: "x" is not NAME=VALUE'],
    [["--message", "x", "--history", "none"], "--message and --history none contradict each other"],
  ])("refuses %j, and so does its dry run", async (options, message) => {
    for (const dry of [[], ["--dry-run"]]) {
      const { status, stderr } = await flatten(`docker-archive:${folder.in("never.tar")}`, ...options, ...dry);
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
    }
  });
});
