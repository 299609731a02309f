import { describe, expect, test } from "vitest";
import type { VerifiedImage } from "../../../src/index.ts";
import { verify } from "../../../src/index.ts";
import { ociLayout, writeFolder } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import {
  block,
  char,
  dir,
  fifo,
  file,
  hardlink,
  layer,
  type Member,
  opaque,
  symlink,
  whiteout,
} from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

/** 64 KiB, so that a changed bit is far inside. */
const CONTENT = "0123456789abcdef".repeat(4096);
const ping = { mode: 0o4755, xattrs: { "security.capability": "\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0" } };
const times = { mtimeNanoseconds: 123_456_789 };

const lower = layer(
  dir("bin"),
  file("bin/ping", "ping 1", { mode: 0o4755 }),
  dir("cache"),
  file("cache/old", "gone"),
  dir("etc"),
  file("etc/passwd", "root:x:0:0"),
  symlink("etc/mtab", "/proc/mounts"),
  file("gone", "removed above"),
);
const upper = layer(
  file("bin/ping", CONTENT, ping),
  hardlink("bin/ping4", "bin/ping", ping),
  dir("cache"),
  opaque("cache"),
  file("cache/new", "kept"),
  block("disk", 8, 1),
  file("etc/passwd", "root:x:0:0", { uid: 3, gid: 4, ...times }),
  char("null", 1, 3),
  fifo("pipe"),
  whiteout("gone"),
);

/** The same filesystem as one layer, one member per path. */
const FLAT: Readonly<Record<string, Member>> = {
  bin: dir("bin"),
  "bin/ping": file("bin/ping", CONTENT, ping),
  "bin/ping4": hardlink("bin/ping4", "bin/ping", ping),
  cache: dir("cache"),
  "cache/new": file("cache/new", "kept"),
  disk: block("disk", 8, 1),
  etc: dir("etc"),
  "etc/mtab": symlink("etc/mtab", "/proc/mounts"),
  "etc/passwd": file("etc/passwd", "root:x:0:0", { uid: 3, gid: 4, ...times }),
  null: char("null", 1, 3),
  pipe: fifo("pipe"),
};

const CONFIG = {
  Env: ["PATH=/bin", "LANG=C"],
  Entrypoint: [],
  Labels: { "org.example.v": "1" },
  Healthcheck: { Test: ["NONE"], Interval: 12_345_678_901_234_000 },
};

/** Compares the layered image with one that has these members and this config. */
async function verifyFlat(
  members: Readonly<Record<string, Member | undefined>>,
  config: object = CONFIG,
): Promise<VerifiedImage> {
  const source = image({ layers: [lower, upper], config: CONFIG, compression: "gzip" });
  const present = Object.values(members).filter((member) => member !== undefined);
  const flat = image({ layers: [layer(...present)], config: { ...config } });
  writeFolder(folder.in("source"), ociLayout(source));
  writeFolder(folder.in("flat"), ociLayout(flat));
  const [found, digested] = await Promise.all([false, true].map((fsdigest) => verifyOnly({ fsdigest })));
  if (found === undefined || digested === undefined) throw new Error("two comparisons were expected");
  // With digests all contents are compared by their SHA-256, without by seals.
  const undigested = { fsdigest: undefined };
  const { source: before, flat: after } = digested;
  expect({ ...digested, source: { ...before, ...undigested }, flat: { ...after, ...undigested } }).toEqual(found);
  return digested;
}

async function verifyOnly(options: { readonly fsdigest: boolean }): Promise<VerifiedImage> {
  const { images, equal } = await verify(`oci:${folder.in("source")}`, `oci:${folder.in("flat")}`, options);
  const [found] = images;
  if (found === undefined || images.length > 1) throw new Error("one pair of images was expected");
  expect(found.equal).toBe(equal);
  return found;
}

/** `PATH: ATTRIBUTE SOURCE -> FLAT`, or `PATH: KIND`. */
function words({ differences, config }: VerifiedImage): string[] {
  const files = differences.flatMap(({ kind, path, attributes }) =>
    kind === "changed"
      ? attributes.map(({ attribute, source, flat }) => `${path}: ${attribute} ${source} -> ${flat}`)
      : [`${path}: ${kind}`],
  );
  return [...files, ...config.map(({ field, source, flat }) => `${field}: ${source} -> ${flat}`)];
}

test("a flat image without a fault is the same, in every detail", async () => {
  const found = await verifyFlat(FLAT);
  expect(words(found)).toEqual([]);
  expect(found).toMatchObject({ equal: true, platform: "linux/amd64", source: { layers: 2, entries: 11 } });
  expect(found.flat.fsdigest).toBe(found.source.fsdigest);
  expect(found.source.bytes).toBe(CONTENT.length + "kept".length + "root:x:0:0".length);
});

const hash = (text: string): unknown =>
  expect.stringMatching(new RegExp(`^${text.replaceAll("HASH", "sha256:[0-9a-f]{64}")}$`));

describe("a fault in the filesystem of a flat image is found:", () => {
  test.each<[string, Readonly<Record<string, Member | undefined>>, readonly unknown[]]>([
    [
      "one bit of a content",
      { "bin/ping": file("bin/ping", `${CONTENT.slice(0, -9)}9${CONTENT.slice(-8)}`, ping) },
      [hash("bin/ping: content HASH -> HASH"), hash("bin/ping4: content HASH -> HASH")],
    ],
    [
      "a content that is cut",
      { "cache/new": file("cache/new", "kep") },
      ["cache/new: size 4 -> 3", hash("cache/new: content HASH -> HASH")],
    ],
    ["a mode", { cache: dir("cache", { mode: 0o750 }) }, ["cache: mode 0755 -> 0750"]],
    [
      "a lost setuid bit",
      {
        "bin/ping": file("bin/ping", CONTENT, { ...ping, mode: 0o755 }),
        "bin/ping4": hardlink("bin/ping4", "bin/ping", { ...ping, mode: 0o755 }),
      },
      ["bin/ping: mode 4755 -> 0755", "bin/ping4: mode 4755 -> 0755"],
    ],
    [
      "an owner",
      { "etc/passwd": file("etc/passwd", "root:x:0:0", { uid: 3, gid: 5, ...times }) },
      ["etc/passwd: owner 3:4 -> 3:5"],
    ],
    [
      "one nanosecond",
      { "etc/passwd": file("etc/passwd", "root:x:0:0", { uid: 3, gid: 4, mtimeNanoseconds: 123_456_788 }) },
      ["etc/passwd: mtime 2023-11-14T22:13:20.123456789Z -> 2023-11-14T22:13:20.123456788Z"],
    ],
    [
      "the time of a directory",
      { etc: dir("etc", { mtime: 5 }) },
      ["etc: mtime 2023-11-14T22:13:20.000000000Z -> 1970-01-01T00:00:05.000000000Z"],
    ],
    [
      "a missing xattr",
      {
        "bin/ping": file("bin/ping", CONTENT, { mode: 0o4755 }),
        "bin/ping4": hardlink("bin/ping4", "bin/ping", { mode: 0o4755 }),
      },
      [
        expect.stringMatching(/^bin\/ping: xattr security.capability 0x01000002[0-9a-f]+ -> null$/),
        expect.stringMatching(/^bin\/ping4: xattr/),
      ],
    ],
    [
      "a capability that its link drops",
      { "bin/ping4": hardlink("bin/ping4", "bin/ping", { mode: 0o4755 }) },
      [expect.stringMatching(/^bin\/ping: xattr/), expect.stringMatching(/^bin\/ping4: xattr/)],
    ],
    [
      "an xattr too many",
      { pipe: fifo("pipe", { xattrs: { "trusted.x": "y" } }) },
      ['pipe: xattr trusted.x null -> "y"'],
    ],
    [
      "a broken link group",
      { "bin/ping4": file("bin/ping4", CONTENT, ping) },
      ["bin/ping: links bin/ping -> null", "bin/ping4: links bin/ping -> null"],
    ],
    [
      "a link to another file",
      { "cache/new": hardlink("cache/new", "bin/ping", ping) },
      [
        expect.stringContaining("cache/new: mode 0644 -> 4755"),
        "cache/new: size 4 -> 65536",
        hash("cache/new: content HASH -> HASH"),
        "cache/new: links null -> bin/ping",
        expect.stringContaining("xattr"),
      ],
    ],
    ["swapped device numbers", { null: char("null", 3, 1) }, ["null: device 1:3 -> 3:1"]],
    ["a device of the other kind", { disk: char("disk", 8, 1, { mode: 0o660 }) }, ["disk: type b -> c"]],
    [
      "a changed target of a symbolic link",
      { "etc/mtab": symlink("etc/mtab", "../proc/mounts") },
      ["etc/mtab: target /proc/mounts -> ../proc/mounts"],
    ],
    [
      "a file in place of a symbolic link",
      { "etc/mtab": file("etc/mtab", "/proc/mounts", { mode: 0o777 }) },
      ["etc/mtab: type l -> f"],
    ],
    ["a missing file", { "cache/new": undefined }, ["cache/new: missing"]],
    [
      "a missing empty directory",
      { cache: undefined, "cache/new": undefined },
      ["cache: missing", "cache/new: missing"],
    ],
    ["a file too many", { more: file("more") }, ["more: added"]],
    ["a removed file that is back", { gone: file("gone", "removed above") }, ["gone: added"]],
    ["what an opaque directory hid and that is back", { "cache/old": file("cache/old", "gone") }, ["cache/old: added"]],
    ["a root that nobody listed", { root: dir("./", { mode: 0o700 }) }, [": added"]],
  ])("%s", async (_, fault, expected) => {
    const found = await verifyFlat({ ...FLAT, ...fault });
    expect(words(found)).toEqual(expected);
    expect(found.equal).toBe(false);
    expect(found.flat.fsdigest).not.toBe(found.source.fsdigest);
  });
});

describe("a fault in the config of a flat image is found:", () => {
  test.each<[string, object, readonly string[]]>([
    ["a lost variable", { ...CONFIG, Env: ["PATH=/bin"] }, ['config.Env: ["PATH=/bin","LANG=C"] -> ["PATH=/bin"]']],
    ["an empty list that became null", { ...CONFIG, Entrypoint: null }, ["config.Entrypoint: [] -> null"]],
    ["a label", { ...CONFIG, Labels: { "org.example.v": "2" } }, ['config.Labels["org.example.v"]: "1" -> "2"']],
    [
      "a lost health check",
      { ...CONFIG, Healthcheck: undefined },
      ['config.Healthcheck: {"Interval":12345678901234000,"Test":["NONE"]} -> null'],
    ],
    ["a field too many", { ...CONFIG, StopSignal: "9" }, ['config.StopSignal: null -> "9"']],
    ["another command", { ...CONFIG, Cmd: ["/bin/false"] }, ['config.Cmd: ["/bin/true"] -> ["/bin/false"]']],
  ])("%s", async (_, config, expected) => {
    const found = await verifyFlat(FLAT, config);
    expect(words(found)).toEqual(expected);
    expect(found).toMatchObject({ equal: false, differences: [] });
    expect(found.flat.fsdigest).toBe(found.source.fsdigest);
  });
});
