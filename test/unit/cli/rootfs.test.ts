import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { type FlattenResult, writeDemoImage } from "../../../src/index.ts";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import { dir, file, hardlink, layer, symlink } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
let source = "";
beforeEach(async () => {
  source = (await writeDemoImage(folder.in("app.tar"))).reference;
});
const fails = (code: string, hint = "") => ({
  status: expect.any(Number),
  stderr: expect.stringMatching(`${code}[^]*${hint}`),
});
const left = (): string[] => readdirSync(folder.path).filter((name) => name.startsWith(".planish"));

describe("planish export", () => {
  test("writes a tar and the config, reports them, and they import as the same image", async () => {
    const { stdout, status } = await runCli([
      "export",
      source,
      folder.in("out.tar.gz"),
      "--config-out",
      folder.in("c"),
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Exported docker-archive:.+ to rootfs:.+\n\nimage +linux\/\w+, 6 layers\nentries +24\ntar +1.42 MB\nsize +[\d.]+ MB, gzip\nsha256 +[0-9a-f]{64}\nconfig +.+\n/,
    );
    const sum = execFileSync("sha256sum", [folder.in("out.tar.gz")], { encoding: "utf8" });
    expect(stdout).toContain(sum.slice(0, 64));
    const args = ["import", folder.in("out.tar.gz"), `docker-archive:${folder.in("again.tar")}`, "-t", "app:again"];
    const imported = await runCli([...args, "--config-in", folder.in("c"), "--format", "json"]);
    const result = JSON.parse(imported.stdout) as FlattenResult;
    expect(schemaErrors("flatten", result)).toEqual([]);
    expect(result.images[0]).toMatchObject({ alreadyFlat: true, before: { config: result.images[0]?.after.config } });
    expect(await runCli(["verify", source, folder.in("again.tar")])).toMatchObject({ status: 0 });
  });

  test("writes a folder if it is new or empty, and refuses any other", async () => {
    mkdirSync(folder.in("empty"));
    for (const path of [folder.in("new/"), folder.in("empty")]) {
      expect(await runCli(["export", source, path])).toMatchObject({ status: 0 });
      expect(readdirSync(path)).toEqual(["bin", "etc", "opt", "root", "tmp", "usr", "var"]);
      expect(await runCli(["export", source, path, "--force"])).toMatchObject(
        fails("DESTINATION_EXISTS", "never replaced"),
      );
    }
    expect(left()).toEqual([]);
  });

  test("reports what was left out, shows the digest of a tar as that of its file, and no losses that concern only images", async () => {
    const config = { Healthcheck: { Test: ["CMD", "true"] } };
    const layers = [layer(dir("d"), file("d/a", "12345"), file("d/b"))];
    const checked = writeArchive(folder.in("checked.tar"), dockerClassic(image({ layers, config, tags: ["a:1"] })));
    const { stdout } = await runCli(["export", checked, folder.in("out.tar.zst"), "--exclude", "d/a"]);
    expect(stdout).toMatch(/\nleft out +1 entry, 5 B by --exclude d\/a\n.*\n.*zstd\nsha256 +[0-9a-f]{64}\ntook .*\n$/);
    expect((await runCli(["export", checked, folder.in("out/")])).stdout).toMatch(/\ndiffID +sha256:[0-9a-f]{64}\n/);
  });

  test("refuses a name without a known ending, an existing tar, and a compression that contradicts the name", async () => {
    writeFileSync(folder.in("there.tar"), "");
    expect(await runCli(["export", source, folder.in("x")])).toMatchObject(
      fails("REFERENCE_INVALID", "for a folder type"),
    );
    expect(await runCli(["export", source, folder.in("there.tar")])).toMatchObject(fails("DESTINATION_EXISTS"));
    const gzip = ["--compression", "gzip"];
    expect(await runCli(["export", source, folder.in("x.tar"), ...gzip])).toMatchObject(fails("ARGUMENT_INVALID"));
    expect(await runCli(["copy", source, `rootfs:${folder.in("x.tar")}`])).toMatchObject(
      fails("ARGUMENT_INVALID", "planish export"),
    );
    expect(await runCli(["images", `rootfs:${folder.in("there.tar")}`])).toMatchObject(fails("REFERENCE_INVALID"));
    expect(left()).toEqual([]);
  });

  test("refuses at once a config file that cannot be written", async () => {
    const same = ["export", source, folder.in("x.tar"), "--config-out", folder.in("x.tar")];
    expect(await runCli(same)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--config-out names the same file as"),
    });
    expect(await runCli([...same.slice(0, 4), folder.in("none/c.json")])).toMatchObject(fails("DESTINATION_REFUSED"));
    expect(readdirSync(folder.path)).toEqual(["app.tar"]);
  });

  test("refuses several layers before reading any, also in a dry run", async () => {
    for (const more of [[], ["--dry-run"]]) {
      expect(await runCli(["flatten", source, `rootfs:${folder.in("x.tar")}`, "--split", "2", ...more])).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(
          /--split and rootfs:.+ contradict each other: a root filesystem has no layers\n {2}stage {2}open/,
        ),
      });
    }
    expect(await runCli(["flatten", source, `rootfs:${folder.in("y.tar")}`, "--max-layers", "1"])).toMatchObject({
      status: 0,
    });
  });

  test("is verified by its files only, and has the digest of its tar, also with flatten", async () => {
    for (const name of ["a.tar", "b.tar.gz"]) {
      const args = ["flatten", source, `rootfs:${folder.in(name)}`, "--verify"];
      const { stdout, stderr } = await runCli([...args, "--format", "json"]);
      expect(stderr).toBe("");
      const { verified, digest, images } = JSON.parse(stdout) as FlattenResult;
      expect(schemaErrors("flatten", JSON.parse(stdout))).toEqual([]);
      expect(verified).toMatchObject({ equal: true, ignored: ["*"], images: [{ config: [], differences: [] }] });
      const sum = execFileSync("sha256sum", [folder.in(name)], { encoding: "utf8" }).slice(0, 64);
      expect(digest).toBe(`sha256:${sum}`);
      expect(images[0]?.after.manifest).toBeUndefined();
      expect(await runCli(["diff", source, `rootfs:${folder.in(name)}`, "--exit-code"])).toMatchObject({ status: 0 });
      const later = await runCli(["verify", source, `rootfs:${folder.in(name)}`]);
      expect(later).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/\nconfig +none in a root filesystem\n/),
      });
      expect(later.stdout).toMatch(/\nnot compared +config, manifest, how layers are compressed\n/);
    }
    const again = ["flatten", source, `rootfs:${folder.in("b.tar.gz")}`, "--force", "--verify"];
    expect((await runCli(again)).stdout).toMatch(/\nverified +the same files as the source; there is no config\n/);
  });

  test("refuses to verify what it cannot read back, before writing", async () => {
    const args = ["flatten", source, `rootfs:${folder.in("x.erofs")}`, "--verify"];
    const root = process.geteuid?.() === 0;
    expect(await runCli(args)).toMatchObject(fails(root ? "ARGUMENT_INVALID" : "DESTINATION_REFUSED"));
    expect(readdirSync(folder.path)).toEqual(["app.tar"]);
  });

  test("never writes outside its folder", async () => {
    mkdirSync(folder.in("outside"));
    const layers = [
      layer(symlink("way", folder.in("outside")), symlink("up", "../outside"), dir("d"), symlink("d/abs", "/etc")),
      layer(dir("way"), file("way/in", "in"), file("up/in", "in"), hardlink("d/hard", "up/in"), file("d/abs/in", "in")),
    ];
    const hostile = writeArchive(folder.in("hostile.tar"), dockerClassic(image({ layers, tags: ["a:1"] })));
    await runCli(["export", hostile, folder.in("root/")]);
    expect(readdirSync(folder.in("outside"))).toEqual([]);
    expect(readdirSync("/etc")).not.toContain("in");
    expect(left()).toEqual([]);
  });
});

describe("planish import", () => {
  test("makes an image of a folder with hard links, modes and links, for the requested platform", async () => {
    mkdirSync(folder.in("root/sub"), { recursive: true });
    writeFileSync(folder.in("root/sub/file"), "content");
    chmodSync(folder.in("root/sub/file"), 0o4755);
    symlinkSync("sub/file", folder.in("root/link"));
    execFileSync("ln", [folder.in("root/sub/file"), folder.in("root/again")]);
    const to = `oci:${folder.in("layout")}:1`;
    const { status } = await runCli(["import", folder.in("root"), to, "--platform", "linux/s390x"]);
    expect(status).toBe(0);
    expect(await runCli(["export", to, folder.in("back.tar"), "--config-out", folder.in("config.json")])).toMatchObject(
      {
        status: 0,
      },
    );
    const listed = execFileSync("tar", ["-tvf", folder.in("back.tar")], { encoding: "utf8" });
    expect(listed).toMatch(
      /-rwsr-xr-x .* again\n.*link -> sub\/file\n.*sub\/\nhrwsr-xr-x .* sub\/file link to again\n$/,
    );
    const config = JSON.parse(readFileSync(folder.in("config.json"), "utf8"));
    expect(config).toMatchObject({ os: "linux", architecture: "s390x", config: {} });
    expect(config.history.at(-1)).toMatchObject({ comment: expect.stringMatching(/Imported from root|flattened/) });
  });

  test.each([
    ["[]", "CONFIG_INVALID"],
    ["{", "CONFIG_INVALID"],
    ['{"rootfs":{"type":"layers","diff_ids":[]},"config":7}', "CONFIG_INVALID"],
  ])("refuses %s as a config", async (text, code) => {
    mkdirSync(folder.in("root"));
    writeFileSync(folder.in("config.json"), text);
    const args = ["import", folder.in("root"), folder.in("x.tar"), "--config-in", folder.in("config.json")];
    expect(await runCli(args)).toMatchObject(fails(code));
    expect(readdirSync(folder.path)).not.toContain("x.tar");
  });

  test("refuses a platform together with a config, which has one", async () => {
    const args = [
      "import",
      folder.in("root"),
      folder.in("x.tar"),
      "--config-in",
      "c.json",
      "--platform",
      "linux/arm64",
    ];
    expect(await runCli(args)).toMatchObject(
      fails("ARGUMENT_INVALID", "--config-in and --platform contradict each other"),
    );
  });

  test("verifies its result, and has no name to move", async () => {
    mkdirSync(folder.in("root"));
    writeFileSync(folder.in("root/file"), "content");
    const args = ["import", folder.in("root"), `oci:${folder.in("layout")}:1`];
    expect(await runCli([...args, "--in-place"])).toMatchObject(fails("ARGUMENT_INVALID", ""));
    const { stdout } = await runCli([...args, "--verify", "--env", "A=1", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ verified: { equal: true } });
  });

  test("reports missing files", async () => {
    expect(await runCli(["import", folder.in("none"), folder.in("x.tar")])).toMatchObject(fails("SOURCE_NOT_FOUND"));
  });
});
