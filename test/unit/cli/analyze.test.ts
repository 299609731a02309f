import { writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { sha256 } from "../../../src/oci/digest.ts";
import { blobPath } from "../../../src/transport/blob-store.ts";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";

import { runCli } from "../../support/run-cli.ts";

import { sarifErrors } from "../../support/sarif-schema.ts";
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
  test("shows layers, secrets, hidden files, prunable files, duplicates and advice, escaped and within the width", async () => {
    const { status, stdout, stderr } = await runCli(["analyze", archive()], { terminal: true });
    expect({ status, stderr: stderr.includes("planish:") }).toEqual({ status: 0, stderr: false });
    for (const part of [
      "Secrets in hidden files (1):",
      "credentials-file",
      "evil\\x1b[2J",
      "logs",
      "The same content again: 1 copy, 3 kB",
      "Is there anything to gain?",
      "Advice: flatten",
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).not.toContain("\x1b[2J");
  });

  test("shows five secrets of a kind in a file, and how many more there are; JSON has all", async () => {
    const tokens = Array.from({ length: 12 }, (_, at) => `glpat-${"x".repeat(20)}${at}`);
    const layers = [
      layer(file("app/tokens", tokens.join("\n")), file("app/kept", tokens.slice(0, 4).join("\n"))),
      layer(whiteout("app/tokens")),
    ];
    const path = writeArchive(folder.in("tokens.tar"), dockerClassic(image({ layers })));
    const { stdout } = await runCli(["analyze", path]);
    expect(stdout).toContain("Secrets in hidden files (8):");
    expect(stdout.match(/app\/tokens.*/g)).toEqual([
      ...[5, 6, 7, 8, 9].map((line) => `app/tokens:${line}  glpat-…`),
      "app/tokens: 3 more (all of them: --format json)",
      "app/tokens",
    ]);
    const markdown = await runCli(["analyze", path, "--format", "markdown"]);
    expect(markdown.stdout).toContain("<code>app/tokens:9</code> and 3 more |");
    const [source] = JSON.parse((await runCli(["analyze", path, "--format", "json"])).stdout).sources;
    expect(source.images[0].ghosts.secrets).toHaveLength(8);
  });

  test.each([
    ["--rounds", "3"],
    ["--engine", "podman"],
  ])("refuses %s where nothing is measured", async (...option) => {
    expect(await runCli(["analyze", archive(), ...option])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`${option[0]} says how --measure measures`),
    });
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

  test("takes several images, and refuses an empty list", async () => {
    const path = archive();
    const { status, stdout } = await runCli(["analyze", path, path, "--format", "json"]);
    expect({ status, sources: JSON.parse(stdout).sources.length }).toEqual({ status: 0, sources: 2 });
    expect(schemaErrors("analyze", JSON.parse(stdout))).toEqual([]);
    expect((await runCli(["analyze", path, path])).stdout).toContain("All images together, by size alone:\n  now");
    expect((await runCli(["analyze"])).status).toBe(2);
    expect((await runCli(["analyze", path, "--top", "0"])).status).toBe(2);
  });

  test("writes the JSON of many images in parts", async () => {
    const path = archive();
    const written = vi.spyOn(PassThrough.prototype, "write");
    const { stdout } = await runCli(["analyze", ...Array.from({ length: 40 }, () => path), "--format", "json"]);
    const sizes = written.mock.calls.map(([chunk]) => String(chunk).length);
    written.mockRestore();
    expect(Math.max(...sizes)).toBeLessThan(stdout.length / 3);
  });

  test("takes all tagged images of a place", async () => {
    const [path, layout] = [archive(), `oci:${folder.in("layout")}`];
    for (const tag of ["1.0", "1.1"]) await runCli(["copy", path, layout, "-t", tag]);
    await runCli(["flatten", path, `${layout}:flat`]);
    const { status, stdout } = await runCli(["analyze", "--all-of", layout, "--format", "json"]);
    const sources = JSON.parse(stdout).sources.map(({ source }: { source: string }) => source);
    expect({ status, sources: sources.sort() }).toEqual({ status: 0, sources: [`${layout}:1.0`, `${layout}:flat`] });
    const none = await runCli(["analyze", "--all-of", `oci:${folder.in("none")}`]);
    expect([none.status, none.stderr]).toEqual([4, expect.stringContaining("SOURCE_NOT_FOUND")]);
  });

  test("shows first what saves most, and speaks of gates only if there are any", async () => {
    const layout = `oci:${folder.in("many")}`;
    const shared = layer(file("shared", "s".repeat(50_000)));
    const waste = (size: number) => [layer(file("a", "a".repeat(size))), layer(file("a", "b"))];
    const own = { none: [layer(file("b"))], small: waste(20_000), large: waste(90_000), damaged: waste(2) };
    const made = Object.entries(own).map(([name, layers]) =>
      image({ tags: [`${name}:1`], layers: [shared, ...layers] }),
    );
    const path = writeArchive(folder.in("many.tar"), dockerClassic(...made));
    for (const { tags } of made) await runCli(["copy", `docker-archive:${path}:${tags[0]}`, `${layout}:${tags[0]}`]);
    const damaged = sha256(made.at(-1)?.config as Uint8Array);
    writeFileSync(folder.in(`many/${blobPath(damaged)}`), "{");
    const { status, stdout } = await runCli(["analyze", "--all-of", layout]);
    expect(status).toBe(0);
    const rows = [...stdout.matchAll(/^ {2}(squash above the base|leave) .*:(\w+):1 linux/gm)];
    expect(rows.map(([, action, name]) => `${action}: ${name}`)).toEqual([
      "squash above the base: large",
      "squash above the base: small",
      "leave: none",
    ]);
    expect(stdout).toMatch(/damaged:1 cannot be read: /);
    expect(stdout).not.toContain("gate");
  });

  test("shows the totals of all images in a place, and for each only secrets and failed gates", async () => {
    const layout = `oci:${folder.in("layout")}`;
    const other = image({ tags: ["app:2"], layers: [layer(dir("d"))] });
    const quiet = writeArchive(folder.in("quiet.tar"), dockerClassic(other));
    await runCli(["copy", archive(), `${layout}:1`]);
    await runCli(["copy", quiet, `${layout}:2`]);
    const { status, stdout } = await runCli(["analyze", "--all-of", layout, "--fail-on", "layers>1"]);
    expect(status).toBe(7);
    const sections = stdout.split("\n\n").map((section) => section.split("\n"));
    expect(sections).toMatchObject(
      [
        ["All images together, by size alone:", /now/, /as advised/, /all flat/],
        [/ADVICE.*IMAGE$/, /:[12] linux\/amd64$/, /:[12] linux\/amd64$/],
        ["Secrets in hidden files:", `  1  ${layout}:1 linux/amd64`],
        [/^failed {2}layers>1: layers is 2 .*:1, linux\/amd64\)$/, "passed  1 gate"],
        [/^planish analyze IMAGE shows one in full/, ""],
      ].map((lines) => lines.map((line) => (typeof line === "string" ? line : expect.stringMatching(line)))),
    );
    writeFileSync(folder.in(`layout/${blobPath(sha256(other.config))}`), "{");
    const damaged = await runCli(["analyze", "--all-of", layout, "--format", "json"]);
    expect(JSON.parse(damaged.stdout)).toMatchObject({ sources: [{}], diagnostics: [{ rule: "image-unreadable" }] });
    expect(schemaErrors("analyze", JSON.parse(damaged.stdout))).toEqual([]);
    expect((await runCli(["analyze", "--all-of", layout])).stdout).toMatch(
      /image-unreadable\n +oci:.*:2 cannot be read: /,
    );
    const formats = { sarif: /"ruleId": "image-unreadable"/, junit: /errors="1"/, markdown: /## Not read\n\n- / };
    for (const [format, told] of Object.entries(formats)) {
      const one = await runCli(["analyze", "--all-of", layout, "--format", format]);
      expect([one.status, one.stdout]).toEqual([0, expect.stringMatching(told)]);
      expect(one.stdout).toMatch(/2 cannot be read: /);
      if (format === "sarif") expect(sarifErrors(JSON.parse(one.stdout))).toEqual([]);
    }
    const gated = await runCli(["analyze", "--all-of", layout, "--fail-on", "layers>9"]);
    expect([gated.status, gated.stdout]).toEqual([
      7,
      expect.stringMatching(/passed.*\nfailed {2}1 image that cannot be read passes no gate\n/),
    ]);
    await runCli(["copy", quiet, `oci:${folder.in("broken")}:1`]);
    writeFileSync(folder.in(`broken/${blobPath(sha256(other.config))}`), "{");
    const broken = await runCli(["analyze", "--all-of", `oci:${folder.in("broken")}`]);
    expect(broken.status).toBe(2);
    expect(broken.stderr).toMatch(/has no tagged image that can be read[\s\S]*1 cannot be read: /);
    const alone = await runCli(["analyze", "--all-of", `docker-archive:${quiet}`]);
    expect(alone.stdout).toMatch(/^docker-archive:.* linux\/amd64\n {2}size/);
  });
});

describe("gates", () => {
  test("end the command with status 7 after the output, in every format", async () => {
    const path = archive();
    const args = ["analyze", path, "--fail-on", "layers>1,efficiency<0.1", "--fail-on", "ghost-secrets"];
    const text = await runCli(args);
    expect({ status: text.status, stderr: text.stderr }).toEqual({ status: 7, stderr: "" });
    expect(text.stdout).toContain("failed  layers>1: layers is 2\npassed  efficiency<0.1");
    const json = await runCli([...args, "--format", "json"]);
    expect({ status: json.status, errors: schemaErrors("analyze", JSON.parse(json.stdout)) }).toEqual({
      status: 7,
      errors: [],
    });
    expect((await runCli(["analyze", path, "--fail-on", "layers>2"])).status).toBe(0);
    expect((await runCli(["analyze", path, "--fail-on", "nonsense>2"])).status).toBe(2);
  });

  test("and secrets are errors in SARIF, with the file as a URI", async () => {
    const { status, stdout } = await runCli(["analyze", archive(), "--format", "sarif", "--fail-on", "layers>1"]);
    const log = JSON.parse(stdout);
    expect([sarifErrors(log), sarifErrors({ ...log, version: "2.0.0" })]).toEqual([[], [expect.any(String)]]);
    const { version, runs } = log;
    expect({ status, version, name: runs[0].tool.driver.name }).toEqual({
      status: 7,
      version: "2.1.0",
      name: "planish",
    });
    const errors = runs[0].results.filter((one: { level: string }) => one.level === "error");
    expect(errors).toMatchObject([
      { ruleId: "gate", message: { text: expect.stringContaining("layers>1: layers is 2") } },
      {
        ruleId: "ghost-secret",
        locations: [{ physicalLocation: { artifactLocation: { uri: "root/.netrc" } } }],
      },
    ]);
    const ids = new Set(runs[0].tool.driver.rules.map(({ id }: { id: string }) => id));
    expect(runs[0].results.every(({ ruleId }: { ruleId: string }) => ids.has(ruleId))).toBe(true);
  });

  test("are cases of JUnit XML that fail", async () => {
    const { status, stdout } = await runCli(["analyze", archive(), "--format", "junit", "--fail-on", "layers>1"]);
    expect(status).toBe(7);
    expect(stdout).toContain('<testsuites name="planish analyze" failures="1" errors="0">');
    expect(stdout).toContain('name="layers&gt;1"><failure message="layers is 2">');
    expect(stdout.match(/<testcase /g)).toHaveLength(11);
    expect(stdout.match(/<\/testcase>/g)).toHaveLength(11);
  });

  test("come first in Markdown, in which untrusted text is never markup", async () => {
    const { status, stdout } = await runCli(["analyze", archive(), "--format", "markdown", "--fail-on", "layers>1"]);
    expect(status).toBe(7);
    expect(stdout.startsWith("## Gates\n")).toBe(true);
    expect(stdout).toContain("| **failed** | <code>layers&#62;1</code> | layers is 2 |");
    expect(stdout).toContain("### Secrets in hidden files");
    expect(stdout).not.toContain("\x1b");
  });
});
