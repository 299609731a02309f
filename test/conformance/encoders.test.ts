import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll } from "vitest";
import type { SeekableBytes } from "../../src/bytes/seekable-bytes.ts";
import { openSeekableFile } from "../../src/bytes/seekable-file.ts";
import { createEncoder } from "../../src/encode/encoders.ts";
import type { EncodeSource } from "../../src/encode/layer-encoder.ts";
import { spliceEncoder } from "../../src/encode/splice.ts";
import { inflated } from "../support/inflated.ts";
import { memoryBytes } from "../support/layer-index.ts";
import { useSeed } from "../support/seed.ts";
import { inFrames, zstdLayer } from "../support/zstd-layers.ts";
import { encoderSuite, TARS } from "./encoder-suite.ts";

useSeed();

const MAX_BUFFER = 256 * 1024 * 1024;

function through(command: string): (blob: Buffer) => Buffer {
  return (input) => execFileSync(command, ["-dc"], { input, maxBuffer: MAX_BUFFER });
}

const folder = mkdtempSync(join(tmpdir(), "planish-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const signal = new AbortController().signal;

/** A gzip layer of each tar but the last, which was never compressed. */
async function layers(keep: (bytes: Uint8Array, name: string) => Promise<SeekableBytes>): Promise<EncodeSource[]> {
  return Promise.all(
    TARS.map(async (tar, number) => {
      const source = { tar: await keep(tar, `${number}.tar`), size: tar.length };
      const blob = gzipSync(tar);
      const { map } = inflated(blob);
      if (map === undefined || number === TARS.length - 1) return source;
      return { ...source, deflate: { map, blob: await keep(blob, `${number}.gz`) } };
    }),
  );
}

async function inFile(bytes: Uint8Array, name: string): Promise<SeekableBytes> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return openSeekableFile(path, { signal });
}

encoderSuite("store", { create: () => createEncoder("none"), decode: (blob) => blob });
encoderSuite("gzip", { create: () => createEncoder("gzip"), decode: through("gzip") });
encoderSuite("gzip level 0", { create: () => createEncoder("gzip", 0), decode: through("gzip") });
encoderSuite("gzip level 1", { create: () => createEncoder("gzip", 1), decode: through("gzip") });
encoderSuite("zstd", { create: () => createEncoder("zstd"), decode: through("zstd") });
encoderSuite("zstd level 9", { create: () => createEncoder("zstd", 9), decode: through("zstd") });
encoderSuite("copying frames", {
  create: () => createEncoder("zstd"),
  decode: through("zstd"),
  layers: await Promise.all(TARS.map((tar) => zstdLayer(tar, inFrames(tar, [150_000, 40_000, 3000])))),
});
encoderSuite("splicing", {
  create: () => createEncoder("gzip"),
  decode: through("gzip"),
  layers: await layers(async (bytes) => memoryBytes(bytes)),
});
encoderSuite("splicing, in a thread,", {
  create: () => spliceEncoder(createEncoder("gzip", 6), 0),
  decode: through("gzip"),
  layers: await layers(inFile),
});
