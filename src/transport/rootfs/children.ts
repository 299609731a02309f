import { readdir } from "node:fs/promises";

/** The paths of the entries of a folder, as bytes: names need not be UTF-8. */
export async function childrenOf(folder: Buffer): Promise<Buffer[]> {
  const names = await readdir(folder, { encoding: "buffer" });
  return names.map((name) => Buffer.concat([folder, Buffer.from("/"), name]));
}
