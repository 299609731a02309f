import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  containerdExport,
  dockerClassic,
  imageBlobs,
  layoutFiles,
  saved,
  writeArchive,
  writeFolder,
} from "../../support/image-archives.ts";
import { descriptor, image, imageIndex } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { posixAcl } from "../../support/posix-acl.ts";
import { runCli } from "../../support/run-cli.ts";
import { dir, file, layer, whiteout } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const layered = image({
  tags: ["app:1"],
  layers: [layer(dir("etc"), file("etc/gone", "x"), file("etc/p\xff", "1")), layer(whiteout("etc/gone"))],
  config: { Env: ["A=1"] },
});
const tampered = image({
  tags: ["app:1"],
  layers: [layer(dir("etc"), file("etc/p\xff", "2", { mtimeNanoseconds: 1 }), file("\x1b[2J"))],
  config: { Env: [] },
});

function archives(): { source: string; other: string; flat: string } {
  const source = writeArchive(folder.in("app.tar"), dockerClassic(layered));
  const other = writeArchive(folder.in("other.tar"), dockerClassic(tampered));
  return { source, other, flat: folder.in("flat.tar") };
}

describe("planish verify", () => {
  test("says that an image and its flat image are the same, as text and as JSON", async () => {
    const { source, flat } = archives();
    const flattened = await runCli(["flatten", source, `docker-archive:${flat}`, "-q", "--verify"]);
    expect(flattened).toMatchObject({ status: 0, stderr: "" });
    const text = await runCli(["verify", source, flat]);
    expect(text).toMatchObject({ status: 0, stdout: expect.stringContaining("The same: ") });
    expect(text.stdout).toContain("not compared  rootfs, history");
    expect(await runCli(["verify", source, flat, "--quiet"])).toEqual({ status: 0, stdout: "", stderr: "" });
    const { status, stdout, stderr } = await runCli(["verify", source, flat, "--format", "json"]);
    expect({ status, stderr, errors: schemaErrors("verify", JSON.parse(stdout)) }).toEqual({
      status: 0,
      stderr: "",
      errors: [],
    });
    expect(JSON.parse(stdout)).toMatchObject({
      equal: true,
      ignored: ["rootfs", "history"],
      images: [{ platform: "linux/amd64" }],
    });
  });

  test("lists differences, escaped, and ends with status 7", async () => {
    const { source, other } = archives();
    expect(await runCli(["verify", source, other, "-q"])).toEqual({ status: 7, stdout: "", stderr: "" });
    const { status, stdout, stderr } = await runCli(["verify", source, other], { terminal: false });
    expect({ status, stderr }).toMatchObject({ status: 7 });
    const normal = stdout.replaceAll(folder.path, "").replace(/took .*/, "took T");
    await expect(normal).toMatchFileSnapshot("golden/verify-different.txt");
  });

  test("lists all of them as JSON, whose schema is documented", async () => {
    const { source, other } = archives();
    const { status, stdout, stderr } = await runCli(["verify", source, other, "--format=json"]);
    expect({ status, stderr, errors: schemaErrors("verify", JSON.parse(stdout)) }).toEqual({
      status: 7,
      stderr: "",
      errors: [],
    });
    const [found] = JSON.parse(stdout).images;
    expect(found.differences).toHaveLength(2);
    expect(found.config).toEqual([{ field: "config.Env", source: '["A=1"]', flat: "[]" }]);
  });

  test("shows only twenty paths, and says how many there are", async () => {
    const many = Array.from({ length: 1234 }, (_, at) => file(`f${at}`));
    const full = writeArchive(folder.in("full.tar"), dockerClassic(image({ layers: [layer(...many)] })));
    const { stdout } = await runCli(["verify", full, archives().other]);
    expect(stdout).toContain("1,237 paths differ:");
    expect(stdout).toContain("  and 1,217 more (all of them: --format json)");
  });

  test("compares an index platform by platform, and with a single image reports the other platforms", async () => {
    const s390x = image({ architecture: "s390x", layers: [layer(file("a"))] });
    const { index } = imageIndex(layered, s390x);
    const blobs = [...imageBlobs(layered), ...imageBlobs(s390x), saved(index), ...layoutFiles([descriptor(index)])];
    const both = writeFolder(folder.in("both"), blobs);
    const same = await runCli(["verify", `oci:${both}`, `oci:${both}`]);
    expect(same.status).toBe(0);
    expect(same.stdout.match(/^linux\/.*$/gm)).toEqual(["linux/amd64", "linux/s390x"]);
    const one = await runCli(["verify", `oci:${both}`, archives().source]);
    expect(one.status).toBe(0);
    expect(one.stdout).toContain("only source has linux/s390x; not compared, as the other side is a single image");
    const different = await runCli(["verify", `oci:${both}`, archives().other]);
    expect(different).toMatchObject({ status: 7, stdout: expect.stringContaining("\nlinux/amd64\nsource ") });
    expect(different.stdout).toContain("only source has linux/s390x; not compared\n");
    const part = writeArchive(folder.in("part.tar"), containerdExport("app:1", [layered, s390x], [s390x]));
    const less = await runCli(["verify", `oci:${both}`, part, "--format", "json"]);
    expect([less.status, JSON.parse(less.stdout).unpaired]).toEqual([7, { source: ["linux/amd64"], flat: [] }]);
  });

  test("says that --platform left out other platforms", async () => {
    const { source } = archives();
    const args = ["verify", source, source, "--platform", "linux/x86_64"];
    expect((await runCli(args)).stdout).toContain("how layers are compressed, platforms other than linux/amd64\n");
    const json = JSON.parse((await runCli([...args, "--format", "json"])).stdout);
    expect([json.platforms, schemaErrors("verify", json)]).toEqual([["linux/amd64"], []]);
  });

  test("names the image that has not the platform", async () => {
    const { source } = archives();
    const s390x = image({ architecture: "s390x", layers: [layer(file("a"))] });
    const other = writeArchive(folder.in("s390x.tar"), dockerClassic(s390x));
    const { status, stderr } = await runCli(["verify", source, other, "--platform", "linux/amd64"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^planish: PLATFORM_NOT_FOUND: .*\n {2}stage {2}open\n {2}image {2}.*s390x\.tar\n {2}hint/m);
  });

  test("has the diagnostics of each image", async () => {
    const unnamed = image({ architecture: "", layers: [layer(file("a"))] });
    const source = writeArchive(folder.in("unnamed.tar"), dockerClassic(unnamed));
    const { diagnostics } = JSON.parse((await runCli(["verify", source, source, "--format", "json"])).stdout);
    expect(diagnostics).toMatchObject([{ rule: "platform-assumed" }, { rule: "platform-assumed" }]);
  });

  test("computes the digests of both filesystems with --fsdigest", async () => {
    const { source, other } = archives();
    const digestOf = async (name: string) => (await runCli(["fsdigest", "-q", name])).stdout.trim();
    const [was, is] = [await digestOf(source), await digestOf(other)];
    const same = await runCli(["verify", source, source, "--fsdigest"]);
    expect(same.stdout).toMatch(new RegExp(`^fsdigest  ${was}\nconfig `, "m"));
    const { status, stdout } = await runCli(["verify", source, other, "--fsdigest"]);
    expect(status).toBe(7);
    expect(stdout).toMatch(new RegExp(`^fsdigest  ${was}\n {10}${is}$`, "m"));
    const json = JSON.parse((await runCli(["verify", source, other, "--fsdigest", "--format", "json"])).stdout);
    expect(schemaErrors("verify", json)).toEqual([]);
    expect(json.images[0]).toMatchObject({ source: { fsdigest: was }, flat: { fsdigest: is } });
  });

  test("accepts a different creation time only with --ignore-created", async () => {
    const { source, flat } = archives();
    const created = ["--timestamp", "2020-01-01T00:00:00Z"];
    expect(await runCli(["flatten", source, `docker-archive:${flat}`, "-q", "--verify", ...created])).toMatchObject({
      status: 0,
    });
    expect(await runCli(["verify", source, flat])).toMatchObject({
      status: 7,
      stdout: expect.stringMatching(/^ {2}created {2}"2024/m),
    });
    const ignored = await runCli(["verify", source, flat, "--ignore-created"]);
    expect(ignored).toMatchObject({ status: 0, stdout: expect.stringContaining("rootfs, history, created") });
  });

  test("reports what cannot be read as an error that names the image, not as a difference", async () => {
    const { source } = archives();
    const damaged = readFileSync(source);
    damaged.write("X", damaged.indexOf("etc/gone"));
    writeFolder(folder.path, [{ path: "damaged.tar", bytes: damaged }]);
    writeFolder(folder.path, [{ path: "cut.tar", bytes: damaged.subarray(0, -2000) }]);
    const { status, stderr } = await runCli(["verify", source, folder.in("damaged.tar")]);
    expect(status).toBe(3);
    const image = /^planish: DIGEST_MISMATCH: .*\n {2}stage {3}verify\n {2}image {3}.*damaged\.tar\n {2}layer {3}0$/m;
    expect(stderr).toMatch(image);
    const { stderr: cut } = await runCli(["verify", source, folder.in("cut.tar")]);
    expect(cut).toMatch(/^planish: TAR_INVALID: .*\n {2}stage {3}open\n {2}image {3}.*cut\.tar$/m);
    expect(await runCli(["verify", "-", "-"])).toMatchObject({ status: 2 });
  });
});

describe("planish fsdigest", () => {
  test("is the same for an image and its flat image", async () => {
    const { source, flat } = archives();
    await runCli(["flatten", source, `docker-archive:${flat}`, "-q", "--compression", "zstd"].slice(0, 4));
    const before = await runCli(["fsdigest", "-q", source]);
    expect(before).toMatchObject({ status: 0, stdout: expect.stringMatching(/^fs1-sha256:[0-9a-f]{64}\n$/) });
    expect((await runCli(["fsdigest", "--quiet", flat])).stdout).toBe(before.stdout);
    const { stdout } = await runCli(["fsdigest", source]);
    expect(stdout).toBe(`${before.stdout.trim()}  linux/amd64  2 entries, 1 B\n`);
  });

  test("prints JSON whose schema is documented", async () => {
    const { stdout } = await runCli(["fsdigest", archives().source, "--format", "json"]);
    expect(schemaErrors("fsdigest", JSON.parse(stdout))).toEqual([]);
  });
});

describe("planish flatten --verify", () => {
  test("reports the result in the summary and as JSON", async () => {
    const { source, flat } = archives();
    const { stdout } = await runCli(["flatten", source, `docker-archive:${flat}`, "--verify"]);
    expect(stdout).toMatch(/^verified {2}the same as the source$/m);
    const json = await runCli(["flatten", source, `oci:${folder.in("lay")}`, "--verify", "--format=json"]);
    expect(schemaErrors("flatten", JSON.parse(json.stdout))).toEqual([]);
    expect(JSON.parse(json.stdout).verified).toMatchObject({ equal: true, unpaired: { source: [], flat: [] } });
  });

  test("finds its result among others in a layout, with or without a name", async () => {
    const { source, other } = archives();
    const layout = `oci:${folder.in("lay")}`;
    for (const [from, to] of [
      [source, `${layout}:one`],
      [other, layout],
      [source, layout],
    ] as const) {
      expect(await runCli(["flatten", from, to, "-q", "--verify", "--force"])).toMatchObject({ status: 0, stderr: "" });
    }
  });

  test("ends with status 7 if a flat layer cannot express what the layers did, and leaves the result", async () => {
    const acl = posixAcl(["owner", 7], ["user", 5, 1000], ["group", 5], ["mask", 7], ["other", 5]);
    const inheriting = layer(dir("d", { xattrs: { "system.posix_acl_default": acl } }), file("d/f"));
    const source = writeArchive(folder.in("acl.tar"), dockerClassic(image({ layers: [inheriting, layer(dir("d"))] })));
    const { flat } = archives();
    const { status, stdout } = await runCli(["flatten", source, `docker-archive:${flat}`, "--verify"]);
    expect(status).toBe(7);
    expect(stdout).toMatch(/^verified {2}NOT the same as the source$/m);
    expect(stdout).toMatch(/^ {2}d\/f {2}xattr system.posix_acl_access 0x0200[0-9a-f]+ -> none$/m);
    expect(stdout).toContain("The result stays where it was written");
    expect((await runCli(["verify", source, flat])).status).toBe(7);
    const quiet = await runCli(["flatten", source, `docker-archive:${flat}`, "--verify", "-q", "-f"]);
    expect(quiet).toMatchObject({ status: 7, stderr: "planish: the result is not the same as its source\n" });
  });

  test("is refused if the result goes to stdout", async () => {
    const { status, stderr } = await runCli(["flatten", archives().source, "-", "--verify"]);
    expect(status).toBe(2);
    expect(stderr).toContain("a result on stdout cannot be read back to verify it");
  });
});
