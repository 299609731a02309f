import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { shellQuote } from "../../../src/cli/text/shell-quote.ts";
import { type CopyResult, writeDemoImage } from "../../../src/index.ts";
import { imageBlobs, layoutFiles, saved, writeFolder } from "../../support/image-archives.ts";
import { blob, descriptor, image, json } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import { testFolder } from "../../support/test-folder.ts";

describe("planish copy", () => {
  const folder = testFolder();
  let source = "";
  beforeEach(async () => {
    source = (await writeDemoImage(folder.in("app.tar"))).reference;
  });

  test("says what it did, why the copy differs from the source, and what to do next", async () => {
    const layout = `oci:${folder.in("layout")}:1.0`;
    const { status, stdout } = await runCli(["copy", source, layout]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Copied docker-archive:.+ to oci:.+\n\nlinux\/amd64 {2}6 layers, [\d.]+ MB\nconfig +sha256:/,
    );
    expect(stdout).toMatch(/ {2}family-changed\n {4}The manifest was rewritten with OCI's media types/);
    expect(stdout.split("\n").at(-2)).toBe(`Next: planish copy ${shellQuote(layout)} docker-daemon:layout:1.0`);
    const again = await runCli(["copy", layout, `oci:${folder.in("layout")}:2.0`]);
    expect(again.stdout).toMatch(
      /\nlinux\/amd64 {2}6 layers, [\d.]+ MB, 6 there already\nconfig +sha256:\w+\ndigest +sha256:[0-9a-f]{64}, the source's\n/,
    );
  });

  test("prints JSON that matches its schema, and the digest alone with --quiet and into --digestfile", async () => {
    const args = ["copy", source, `oci:${folder.in("layout")}:1.0`, "--force"];
    const result = JSON.parse((await runCli([...args, "--format", "json"])).stdout) as CopyResult;
    expect(schemaErrors("copy", result)).toEqual([]);
    const digestfile = folder.in("digest");
    expect((await runCli([...args, "--quiet", "--digestfile", digestfile])).stdout).toBe(`${result.digest}\n`);
    expect(readFileSync(digestfile, "utf8")).toBe(`${result.digest}\n`);
  });

  test.each([
    ["an artifact", "application/vnd.example.config+json", {}],
    ["an image for Windows", "application/vnd.oci.image.config.v1+json", { os: "windows" }],
  ])("names no next command for what no engine on Linux could load: %s", async (_, mediaType, change) => {
    const app = image();
    const config = blob(mediaType, json({ ...JSON.parse(Buffer.from(app.config).toString()), ...change }));
    const manifest = { ...JSON.parse(Buffer.from(app.oci.bytes).toString()), config: descriptor(config) };
    const root = blob(app.oci.mediaType, json(manifest));
    const files = [...imageBlobs(app), saved(config), saved(root), ...layoutFiles([descriptor(root)])];
    const layout = writeFolder(folder.in("layout"), files);
    const { status, stdout } = await runCli(["copy", `oci:${layout}`, `oci-archive:${folder.in("copy.tar")}`]);
    expect([status, stdout]).toEqual([0, expect.stringContaining(`${root.digest}, the source's`)]);
    expect(stdout).not.toContain("Next:");
  });

  test("replaces nothing without --force", async () => {
    const args = ["copy", source, `docker-archive:${folder.in("there.tar")}`];
    expect((await runCli(args)).status).toBe(0);
    const before = readFileSync(folder.in("there.tar"));
    expect(await runCli(args)).toMatchObject({ status: 2, stderr: expect.stringContaining("DESTINATION_EXISTS") });
    expect((await runCli([...args, "--force"])).status).toBe(0);
    expect(readFileSync(folder.in("there.tar")).equals(before)).toBe(true);
  });

  test.each([
    ["one platform where there is another", ["--platform", "linux/s390x"], "PLATFORM_NOT_FOUND"],
    ["JSON and an archive on stdout", ["--format", "json"], "ARGUMENT_INVALID"],
  ])("refuses %s", async (_, flags, code) => {
    const args = ["copy", source, code === "ARGUMENT_INVALID" ? "-" : folder.in("x.tar"), ...flags];
    expect(await runCli(args)).toMatchObject({ status: 2, stderr: expect.stringContaining(code) });
  });
});
