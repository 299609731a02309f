import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { inspect } from "../../src/index.ts";
import { type SavedFile, writeFolder } from "../support/image-archives.ts";
import { blob, descriptor, type FixtureBlob, image, json } from "../support/image-fixture.ts";
import { runCli } from "../support/run-cli.ts";
import { dir, file, hardlink, layer, symlink, utf8, whiteout } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

/** Changes colours, sets the window title, moves back, reverses the order of letters, hides text, breaks the line. */
const EVIL = "\x1b[31mred\x1b]0;title\x07\b\u009b2J\u202e\u200b\u2028\r\nend";
const name = utf8(EVIL.replace("\n", ""));

/** An image in which every text that its author may choose has escape sequences. */
function evilImage(variant: string): { manifest: FixtureBlob; blobs: FixtureBlob[] } {
  const below = layer(
    dir(name),
    file(`${name}/a`, "1", { uname: name, gname: name, xattrs: { [`user.${name}`]: name } }),
  );
  const above = layer(
    file(`${name}/b`, "22"),
    symlink(`${name}/c`, name),
    hardlink(`${name}/d`, `${name}/b`),
    whiteout(`${name}/a`),
    file(`etc/${variant}`, `ghp_${"a".repeat(36)}`),
  );
  const { layers } = image({ layers: [below, above] });
  const config = blob(
    "application/vnd.oci.image.config.v1+json",
    json({
      os: "linux",
      architecture: "amd64",
      variant: EVIL + variant,
      "os.version": EVIL,
      author: EVIL,
      created: "2024-05-06T07:08:09Z",
      config: {
        ...{ User: EVIL, WorkingDir: EVIL, StopSignal: EVIL, Env: [`A=${EVIL}`], Cmd: [EVIL], Entrypoint: [EVIL] },
        ...{ Labels: { [EVIL]: EVIL }, Volumes: { [EVIL]: {} }, ExposedPorts: { [EVIL]: {} } },
        ...{ Healthcheck: { Test: ["CMD", EVIL] }, Shell: [EVIL], OnBuild: [EVIL] },
      },
      history: [EVIL, `RUN ${EVIL} --password ${EVIL}`].map((text) => ({
        ...{ created: "2024-05-06T07:08:09Z", created_by: text, comment: EVIL, author: EVIL },
      })),
      rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
      [EVIL]: EVIL,
    }),
  );
  const stored = layers.map(({ oci }) => oci);
  const annotations = {
    ...{ [EVIL]: EVIL, "org.opencontainers.image.base.name": EVIL, "org.opencontainers.image.title": EVIL },
  };
  const manifest = blob(
    "application/vnd.oci.image.manifest.v1+json",
    json({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: descriptor(config, { annotations }),
      layers: stored.map((each) => descriptor(each, { annotations })),
      annotations,
    }),
  );
  return { manifest, blobs: [manifest, config, ...stored] };
}

/** A layout of one image, or of an index of two. */
function writeEvil(at: string, ...variants: readonly string[]): string {
  const images = variants.map((variant) => ({ variant, ...evilImage(variant) }));
  const entries = images.map(({ manifest, variant }) =>
    descriptor(manifest, {
      annotations: { [EVIL]: EVIL },
      platform: { os: "linux", architecture: "amd64", variant: EVIL + variant, "os.version": EVIL },
    }),
  );
  const index = blob(
    "application/vnd.oci.image.index.v1+json",
    json({ schemaVersion: 2, manifests: entries, annotations: { [EVIL]: EVIL } }),
  );
  const root = entries.length === 1 ? entries : [descriptor(index)];
  const saved = [index, ...images.flatMap(({ blobs }) => blobs)].map(({ digest, bytes }): SavedFile => {
    return { path: `blobs/${digest.replace(":", "/")}`, bytes };
  });
  const marks = { annotations: { "org.opencontainers.image.ref.name": "app" } };
  return `oci:${writeFolder(folder.in(at), [
    ...saved,
    { path: "oci-layout", bytes: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", bytes: json({ schemaVersion: 2, manifests: root.map((each) => ({ ...each, ...marks })) }) },
  ])}`;
}

/** The colours that a view may use; of the escape sequences above only the red is among them. */
const PAINT = new RegExp(`${String.fromCharCode(27)}\\[(?:1|2|22|3[1236]|39)m`, "g");

/** Characters that a terminal would interpret. */
const ALIVE = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;

const COMMANDS: readonly (readonly string[])[] = [
  ["flatten", "ONE", "OUT", "--history", "redact", "--verify", "--provenance"],
  ["flatten", "TWO", "OUT", "--verify"],
  ["flatten", "ONE", "--dry-run"],
  ["flatten", "TWO", "--dry-run"],
  ["flatten", "ONE", "OUT", "--base", "auto"],
  ["flatten", "ONE", "OUT", "--base", "OTHER"],
  ["flatten", "ONE", "OUT", "--platform", "linux/arm64"],
  ["flatten", "TWO", "TAR"],
  ["copy", "TWO", "OUT"],
  ["copy", "ONE", "TAR"],
  ["export", "ONE", "ROOTFS"],
  ["history", "ONE"],
  ["history", "TWO", "--no-trunc"],
  ["inspect", "ONE"],
  ["inspect", "TWO"],
  ["ls", "ONE"],
  ["ls", "ONE", "--layer", "0"],
  ["tree", "ONE"],
  ["explain", "ONE", "NAME/a"],
  ["explain", "ONE", "NAME/d"],
  ["explain", "ONE", "NAME/none"],
  ["cat", "ONE", "NAME/none"],
  ["analyze", "ONE"],
  ["analyze", "ONE", "OTHER"],
  ["analyze", "TWO", "--fail-on", "layers>1"],
  ["analyze", "TWO", "--format", "markdown", "--fail-on", "layers>1"],
  ["analyze", "TWO", "--format", "junit", "--fail-on", "layers>1"],
  ["analyze", "TWO", "--format", "sarif"],
  ["diff", "ONE", "OTHER"],
  ["diff", "ONE", "--layer", "1"],
  ["verify", "ONE", "OTHER"],
  ["verify", "TWO", "OTHER"],
  ["fsdigest", "TWO"],
  ["images", "ONE"],
  ["images", "TWO", "--tree"],
  ["report", "ONE", "-o", "HTML"],
];

let written: Readonly<Record<string, string>> = {};
beforeEach(() => {
  written = { ONE: writeEvil("one", "a"), OTHER: writeEvil("other", "b"), TWO: writeEvil("two", "a", "b") };
});

describe("no text of an image reaches a terminal unescaped", () => {
  test.each(COMMANDS.map((words) => [words.join(" "), words] as const))("%s", async (_, words) => {
    const { status, stdout, stderr } = await runCli(lineOf(words));
    expect([0, 2, 7]).toContain(status);
    expect(stdout + stderr).not.toMatch(ALIVE);
  });

  test.each(["config", "manifest"] as const)("a raw %s on a terminal; a pipe gets every byte", async (document) => {
    const args = lineOf(["inspect", "ONE", "--raw", document]);
    expect((await runCli(args, { terminal: true })).stdout).not.toMatch(ALIVE);
    const { stdout } = await runCli(args);
    expect(stdout).toMatch(ALIVE);
    expect(stdout).toBe((await inspect(written.ONE ?? "")).images[0]?.[document].text);
  });

  test.each(["flatten ONE --dry-run", "export ONE ROOTFS", "inspect TWO", "analyze ONE", "verify ONE OTHER"])(
    "in colours: %s",
    async (words) => {
      const { stdout } = await runCli(lineOf(words.split(" ")), { terminal: true, env: { TERM: "xterm" } });
      expect(stdout).toMatch(PAINT);
      expect(stdout.replaceAll(PAINT, "")).not.toMatch(ALIVE);
    },
  );
});

function lineOf(words: readonly string[]): string[] {
  const places: Readonly<Record<string, string>> = {
    ...written,
    OUT: `oci:${folder.in(randomUUID())}:x`,
    TAR: `docker-archive:${folder.in(randomUUID())}:app:1`,
    ROOTFS: folder.in(`${randomUUID()}.tar`),
    HTML: folder.in(randomUUID()),
  };
  return words.map((word) => places[word] ?? word.replace("NAME", EVIL.replace("\n", "")));
}
