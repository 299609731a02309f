import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { type ContentFacts, ContentLook } from "../../../src/scan/content-facts.ts";
import { TarReader } from "../../../src/tar/tar-reader.ts";
import { collectGarbage } from "../../support/collect-garbage.ts";
import { dir, file, hardlink, latin1, layer } from "../../support/tar-fixture.ts";

const key = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBg".repeat(20)}\n`;
const contents = ["a".repeat(1023), "b".repeat(1024), "c".repeat(70_000), `${key}${" ".repeat(2000)}`];
const tar = layer(
  dir("d"),
  ...contents.map((content, at) => file(`d/${at}`, content)),
  hardlink("d/link", "d/0"),
  file("d/binary", `\0${key}`),
  file("usr/share/doc/example", key),
  file("d/bundle.js", `${"//\n".repeat(300_000)}${key}`),
  file("d/dump.sql", `${"--\n".repeat(350_000)}${key}`),
  file("d/image", `${"x".repeat(70_000)}\0${key}`),
).tar();

/** The facts if the bytes come in chunks of one size, all in the same memory, and every member becomes an entry. */
function facts(bytes: Uint8Array, chunkBytes: number): ContentFacts {
  const look = new ContentLook();
  let ordinal = 0;
  const reader = new TarReader({
    onContent: (piece, member) => look.push(piece, member),
    onMember: (member) => {
      look.settle(member, ordinal);
      ordinal += 1;
    },
  });
  const memory = new Uint8Array(chunkBytes);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    memory.set(chunk);
    reader.push(memory.subarray(0, chunk.length));
  }
  reader.end();
  return look.finish();
}

test.each([7, 512, 1000, 1_000_000])("checksums and secrets are the same for chunks of %d bytes", (chunkBytes) => {
  const { crc, secrets } = facts(tar, chunkBytes);
  const sums = contents.map((content) => (content.length < 1024 ? 0 : crc32(latin1(content))));
  expect([...crc].slice(0, -3)).toEqual([0, ...sums, 0, 0, 0]);
  expect(secrets).toMatchObject([
    { ordinal: 4, pattern: "private-key", line: 1 },
    { ordinal: 8, pattern: "private-key", line: 300_001 },
  ]);
});

test("a file whose content ends with a chunk and whose padding comes with the next one is searched", () => {
  const { secrets } = facts(layer(file("key.pem", key)).tar(), 512 + key.length);
  expect(secrets).toMatchObject([{ ordinal: 0, pattern: "private-key" }]);
});

test("a text of up to 1 MiB is searched, and none that is larger", () => {
  const sized = (size: number) => layer(file("key.pem", key + " ".repeat(size - key.length))).tar();
  expect(facts(sized(1024 * 1024), 100_000).secrets).toHaveLength(1);
  expect(facts(sized(1024 * 1024 + 1), 100_000).secrets).toEqual([]);
});

test("a member that becomes no entry does not affect the next one", () => {
  const look = new ContentLook();
  const member = { type: "file", name: "a", size: 2000, sparse: undefined } as never;
  look.push(Buffer.alloc(2000, 1), member);
  look.settle(member, undefined);
  look.push(Buffer.alloc(2000, 2), member);
  look.settle(member, 0);
  expect([...look.finish().crc]).toEqual([crc32(Buffer.alloc(2000, 2))]);
});

test.each([
  [999, 1, 999, false],
  [1000, 1, 1000, false],
  [1001, 1, 1000, true],
  [3, 400, 1000, true],
])("of %d files with %d secrets each, %d are kept", (files, each, kept, secretsCut) => {
  const look = new ContentLook();
  const text = latin1(key.repeat(each));
  const member = { type: "file", name: "a", size: text.length, sparse: undefined } as never;
  for (let ordinal = 0; ordinal < files; ordinal += 1) {
    look.push(Buffer.from(text), member);
    look.settle(member, ordinal);
  }
  const found = look.finish();
  expect([found.secrets.length, found.secretsCut]).toEqual([kept, secretsCut]);
});

test("secrets do not keep the texts in memory that they were found in", () => {
  const look = new ContentLook();
  const text = latin1(`${"--\n".repeat(340_000)}aws_secret_access_key=${"a1B2".repeat(10)}\n`);
  const member = { type: "file", name: "a", size: text.length, sparse: undefined } as never;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let ordinal = 0; ordinal < 40; ordinal += 1) {
    look.push(Buffer.from(text), member);
    look.settle(member, ordinal);
  }
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  expect(look.finish().secrets).toHaveLength(40);
});
