import { stat } from "node:fs/promises";
import { join } from "node:path";
import { inside } from "../../test/support/engines/engine-namespace.ts";
import { debianPackage } from "../tools.ts";
import { flatTar } from "./flat-tar.ts";
import { seenByEngines } from "./places.ts";
import type { Subject } from "./subject.ts";

/** The program that the floors run. */
export const FLOOR_PROGRAM = join(import.meta.dirname, "floor-program.ts");

/**
 * The work that any flattener must do: hash and inflate every blob, and hash every tar, with Node's zlib and OpenSSL in
 * one process. planish is compared with this floor.
 */
export const inflateAndHash: Subject = {
  name: "floor",
  title: "**the floor**: node gunzip + sha256 of blobs and tars",
  role: "floor",
  prepare: async ({ blobs }) => program("inflate", blobs),
};

export const floors: readonly Subject[] = [
  inflateAndHash,
  {
    name: "gunzip",
    title: "gzip -d",
    role: "floor",
    prepare: async ({ blobs }) => shell('for blob; do gzip -dc "$blob" > /dev/null || exit; done', blobs),
  },
  {
    name: "igzip",
    title: "igzip -d",
    role: "floor",
    prepare: async (image, bench) => {
      await debianPackage("isal", bench);
      const { blobs } = await seenByEngines(image, bench);
      const job = shell('for blob; do igzip -dc "$blob" > /dev/null || exit; done', blobs);
      return { ...job, command: { ...job.command, argv: inside(bench.namespace, "trixie", job.command.argv) } };
    },
  },
  {
    name: "hash",
    title: "sha256 of the flat tar",
    role: "floor",
    prepare: async (image, bench) => program("hash", [await flatTar(image, bench)]),
  },
  deflate(6),
  deflate(1),
];

/** Compresses the flat tar with gzip, like most builders; its size is that of recompression. */
function deflate(level: number): Subject {
  return {
    name: `deflate-${level}`,
    title: `gzip -${level} of the flat tar`,
    role: "floor",
    prepare: async (image, bench) => {
      const output = join(bench.folder, "deflated.gz");
      const tar = await flatTar(image, bench);
      const job = shell(`gzip -n -${level} < "$1" > "$2"`, [tar, output]);
      return { ...job, size: async () => (await stat(output)).size };
    },
  };
}

function program(task: string, files: readonly string[]) {
  return { command: { argv: [process.execPath, FLOOR_PROGRAM, task, ...files], folders: [] }, clear: async () => {} };
}

function shell(script: string, args: readonly string[]) {
  return { command: { argv: ["sh", "-c", script, "sh", ...args], folders: [] }, clear: async () => {} };
}
