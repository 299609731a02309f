import { readFileSync } from "node:fs";
import { join } from "node:path";

export type JsonObject = Readonly<Record<string, unknown>>;

/** What the only entry of a layout's `index.json` names, read without any code of planish. */
export function readIndexEntry(layout: string): { readonly text: string; readonly json: JsonObject } {
  const index = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
  if (index.manifests.length !== 1) throw new Error(`${layout} has ${index.manifests.length} entries`);
  const text = readFileSync(join(layout, blobPath(index.manifests[0].digest)), "utf8");
  return { text, json: JSON.parse(text) };
}

/** Where a layout keeps a blob. */
export function blobPath(digest: unknown): string {
  return `blobs/${String(digest).replace(":", "/")}`;
}
