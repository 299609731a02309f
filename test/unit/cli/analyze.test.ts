import { describe, expect, test } from "vitest";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import { dir, file, layer, whiteout } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const wasteful = image({
  tags: ["app:1"],
  layers: [
    layer(dir("var"), file("var/log/a.log", "x".repeat(3000)), file("root/.netrc", "x\n"), file("evil\x1b[2J", "12")),
    layer(file("copy", "x".repeat(3000)), whiteout("root/.netrc"), whiteout("evil\x1b[2J")),
  ],
});

function archive(): string {
  return writeArchive(folder.in("app.tar"), dockerClassic(wasteful));
}

describe("planish analyze", () => {
  test("shows layers, secrets, hidden files, what could go, copies and advice, escaped and within the width", async () => {
    const { status, stdout, stderr } = await runCli(["analyze", archive()], { terminal: true });
    expect({ status, stderr: stderr.includes("planish:") }).toEqual({ status: 0, stderr: false });
    for (const part of [
      "Secrets in hidden layers (1):",
      "credentials-file",
      "evil\\x1b[2J",
      "logs",
      "The same content again: 1 copy, 3 kB",
      "Is there a gain?",
      "Advice: flatten",
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).not.toContain("\x1b[2J");
  });

  test("prints one JSON object that has the documented schema", async () => {
    const { status, stdout, stderr } = await runCli(["analyze", archive(), "--format", "json", "--top", "1"]);
    expect({ status, stderr, errors: schemaErrors("analyze", JSON.parse(stdout)) }).toEqual({
      status: 0,
      stderr: "",
      errors: [],
    });
    expect(JSON.parse(stdout).sources[0].images[0].hiddenFiles).toHaveLength(1);
  });

  test("takes several images, and refuses a list of none", async () => {
    const path = archive();
    const { status, stdout } = await runCli(["analyze", path, path, "--format", "json"]);
    expect({ status, sources: JSON.parse(stdout).sources.length }).toEqual({ status: 0, sources: 2 });
    expect((await runCli(["analyze"])).status).toBe(2);
    expect((await runCli(["analyze", path, "--top", "0"])).status).toBe(2);
  });
});
