import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { runCli } from "../../../support/run-cli.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
let app: string;

beforeEach(() => {
  app = folder.in("app.tar");
  writeArchive(app, dockerClassic(image({ tags: ["app:1"] })));
  symlinkSync(folder.path, folder.in("here"));
});

describe("--digestfile", () => {
  test("gets the printed digest and a newline", async () => {
    const digest = folder.in("digest");
    const { status, stdout } = await runCli(["flatten", app, folder.in("a.tar"), "--quiet", "--digestfile", digest]);
    expect(status).toBe(0);
    expect(readFileSync(digest, "utf8")).toBe(stdout);
  });

  test.each([
    ["the destination", "b.tar", "docker-archive:DIR/b.tar:app:2"],
    ["the destination by another way", "here/b.tar", "DIR/b.tar"],
    ["the source", "app.tar", "DIR/b.tar"],
  ])("is refused, before any work, where it is %s", async (_, digest, destination) => {
    const before = readFileSync(app);
    const to = destination.replace("DIR", folder.path);
    const { status, stderr } = await runCli(["flatten", app, to, "--digestfile", folder.in(digest)]);
    expect(status).toBe(2);
    expect(stderr).toContain("ARGUMENT_INVALID: --digestfile names the same file as");
    expect(readFileSync(app).equals(before)).toBe(true);
    expect(existsSync(folder.in("b.tar"))).toBe(false);
  });

  test.each([
    ["the index of the source", "lay/index.json", "oci:DIR/lay", "DIR/b.tar"],
    ["a blob of the source", "lay/blobs/sha256/x", "DIR/lay", "DIR/b.tar"],
    ["a blob of the source by another way", "here/lay/blobs/x", "oci:DIR/lay:app", "DIR/b.tar"],
    ["the index of the destination", "here/lay/index.json", "DIR/app.tar", "oci:DIR/lay:flat"],
    ["what tells a layout", "lay/oci-layout", "DIR/app.tar", "DIR/lay"],
    ["in a root filesystem", "lay/etc/digest", "rootfs:DIR/lay", "DIR/b.tar"],
  ])("is refused, before any work, where it is %s", async (_, digest, from, to) => {
    mkdirSync(folder.in("lay/blobs/sha256"), { recursive: true });
    const [source, destination] = [from, to].map((text) => text.replace("DIR", folder.path));
    const args = ["flatten", source ?? "", destination ?? "", "--digestfile", folder.in(digest)];
    const { status, stderr } = await runCli(args);
    expect(status).toBe(2);
    expect(stderr).toContain("ARGUMENT_INVALID: --digestfile names a file of");
    expect(existsSync(folder.in("b.tar"))).toBe(false);
  });

  test("may be beside the files of a layout", async () => {
    mkdirSync(folder.in("lay"));
    const digest = folder.in("lay/digest");
    const { status } = await runCli(["flatten", app, `oci:${folder.in("lay")}:flat`, "--digestfile", digest]);
    expect(status).toBe(0);
    expect(readFileSync(digest, "utf8")).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  });

  const flatten = (to: string, ...more: readonly string[]) =>
    runCli(["flatten", app, folder.in(to), "--quiet", "--digestfile", ...more]);

  test("is written through a link, which stays, and replaces an older file atomically", async () => {
    writeFileSync(folder.in("old"), "x".repeat(1000));
    symlinkSync("old", folder.in("link"));
    const { stdout } = await flatten("a.tar", folder.in("link"));
    expect(lstatSync(folder.in("link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(folder.in("old"), "utf8")).toBe(stdout);
    expect(readdirSync(folder.path).sort()).toEqual(["a.tar", "app.tar", "here", "link", "old"]);
  });

  test("is written to a pipe, which stays, as soon as it has a reader", async () => {
    const pipe = folder.in("pipe");
    execFileSync("mkfifo", [pipe]);
    const running = flatten("a.tar", pipe);
    const read = await new Promise<string>((resolve) => {
      const reader = spawn("cat", [pipe]);
      reader.stdout.once("data", (chunk) => resolve(String(chunk)));
    });
    expect(read).toBe((await running).stdout);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test("stops waiting for the reader of a pipe when interrupted", async () => {
    execFileSync("mkfifo", [folder.in("pipe")]);
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("enough")), 300);
    const args = ["flatten", app, folder.in("a.tar"), "--digestfile", folder.in("pipe")];
    expect(await runCli(args, { signal: abort.signal })).toMatchObject({ stderr: expect.stringContaining("enough") });
  });

  test("is appended to an open descriptor", async () => {
    const descriptor = openSync(folder.in("log"), "w");
    symlinkSync(`/proc/self/fd/${descriptor}`, folder.in("way"));
    try {
      writeFileSync(descriptor, "begun\n");
      const { stdout } = await flatten("a.tar", `/dev/fd/${descriptor}`);
      await flatten("b.tar", folder.in("way"));
      expect(readFileSync(folder.in("log"), "utf8")).toBe(`begun\n${stdout}${stdout}`);
    } finally {
      closeSync(descriptor);
    }
    expect(await flatten("c.tar", `/dev/fd/${descriptor}`)).toMatchObject({ status: 4 });
    expect(existsSync(folder.in("c.tar"))).toBe(false);
  });

  test.skipIf(process.geteuid?.() !== 0)("leaves a device a device, and no block device is written to", async () => {
    execFileSync("mknod", [folder.in("null"), "c", "1", "3"]);
    execFileSync("mknod", [folder.in("zero"), "c", "1", "5"]);
    execFileSync("mknod", [folder.in("disk"), "b", "7", "200"]);
    const statement = ["--provenance-out", folder.in("zero")];
    expect(await flatten("a.tar", folder.in("null"), ...statement)).toMatchObject({ status: 0 });
    for (const name of ["null", "zero"]) expect(lstatSync(folder.in(name)).isCharacterDevice()).toBe(true);
    expect(await flatten("b.tar", folder.in("disk"))).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("DESTINATION_REFUSED"),
    });
    expect(lstatSync(folder.in("disk")).isBlockDevice()).toBe(true);
    expect(existsSync(folder.in("b.tar"))).toBe(false);
  });

  test.each([
    ["a folder", () => folder.path],
    ["a link to nothing", () => folder.in("nowhere")],
    ["a folder that is not there", () => folder.in("none/digest")],
  ])("is refused before any work where it is %s", async (_, path) => {
    symlinkSync("nothing", folder.in("nowhere"));
    expect(await flatten("a.tar", path())).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("DESTINATION_REFUSED"),
    });
    expect(existsSync(folder.in("a.tar"))).toBe(false);
  });

  test("is refused if two of the files are the same, or the image goes to stdout", async () => {
    const both = await flatten("a.tar", folder.in("one"), "--provenance-out", folder.in("here/one"));
    expect(both).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--provenance-out names the same file as"),
    });
    const mixed = await runCli(["flatten", app, "-", "--digestfile", "/dev/stdout"]);
    expect(mixed).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--digestfile names stdout, which is taken already"),
    });
  });
});
