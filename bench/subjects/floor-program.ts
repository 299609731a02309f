/** A separate program, so that its costs can be measured: `node floor-program.ts inflate BLOB…` or `hash FILE…`. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

const CHUNK = 2 ** 18;
const [task, ...files] = process.argv.slice(2);
for (const file of files) await (task === "inflate" ? inflate(file) : hash(file));

async function inflate(blob: string): Promise<void> {
  const [compressed, plain] = [createHash("sha256"), createHash("sha256")];
  const bytes = createReadStream(blob, { highWaterMark: CHUNK }).on("data", (chunk) => compressed.update(chunk));
  await pipeline(bytes, createGunzip({ chunkSize: CHUNK }), async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) plain.update(chunk);
  });
  console.log(compressed.digest("hex"), plain.digest("hex"));
}

async function hash(file: string): Promise<void> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) digest.update(chunk as Buffer);
  console.log(digest.digest("hex"));
}
