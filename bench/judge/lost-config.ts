import { isDeepStrictEqual } from "node:util";
import type { ImageConfig } from "./read-layout.ts";

/** Leftovers of build containers in configs; no engine reads them from an image. */
const IGNORED = new Set(["Image", "Hostname", "Domainname"]);

/** Names of the settings that are lost, changed or added; absent, null and empty are the same. */
export function lostConfig(before: ImageConfig, after: ImageConfig): readonly string[] {
  const [was, is] = [settings(before), settings(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  return names.filter((name) => !isDeepStrictEqual(was.get(name), is.get(name)));
}

function settings({ config = {}, architecture, os }: ImageConfig): ReadonlyMap<string, unknown> {
  const all = Object.entries({ ...config, architecture, os });
  return new Map(all.filter(([name, value]) => !IGNORED.has(name) && !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
