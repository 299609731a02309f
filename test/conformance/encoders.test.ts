import { execFileSync } from "node:child_process";
import { createEncoder } from "../../src/encode/encoders.ts";
import { useSeed } from "../support/seed.ts";
import { encoderSuite } from "./encoder-suite.ts";

useSeed();

const MAX_BUFFER = 256 * 1024 * 1024;

function through(command: string): (blob: Buffer) => Buffer {
  return (input) => execFileSync(command, ["-dc"], { input, maxBuffer: MAX_BUFFER });
}

encoderSuite("store", { create: () => createEncoder("none"), decode: (blob) => blob });
encoderSuite("gzip", { create: () => createEncoder("gzip"), decode: through("gzip") });
encoderSuite("gzip level 0", { create: () => createEncoder("gzip", 0), decode: through("gzip") });
encoderSuite("gzip level 1", { create: () => createEncoder("gzip", 1), decode: through("gzip") });
encoderSuite("zstd", { create: () => createEncoder("zstd"), decode: through("zstd") });
encoderSuite("zstd level 9", { create: () => createEncoder("zstd", 9), decode: through("zstd") });
