import { randomBytes } from "node:crypto";
import { ociLayout, writeFolder } from "./image-archives.ts";
import { image } from "./image-fixture.ts";
import { file, layer } from "./tar-fixture.ts";

/** Writes an OCI layout of two gzip layers large enough for threads: some MiB of blobs, each `mib` MiB of tar. */
export function writeHeavyLayout(path: string, mib: number): string {
  const content = new Uint8Array(mib * 1024 * 1024);
  content.set(randomBytes(4 * 1024 * 1024));
  const layers = ["lower", "upper"].map((name) => layer(file(name, content)));
  return writeFolder(path, ociLayout(image({ layers, compression: "gzip" })));
}
