import { existsSync, readFileSync, symlinkSync } from "node:fs";
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
  test("gets the digest that is printed, and a newline", async () => {
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
});
