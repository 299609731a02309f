import { existsSync } from "node:fs";
import { join } from "node:path";
import { engineCache } from "../engines/engine-set.ts";

/** The crane compiled by scripts/setup-tests.sh; undefined if there is none, which is an error under CI. */
export function craneProgram(): string | undefined {
  const path = join(engineCache(), "crane");
  if (existsSync(path)) return path;
  if (process.env.CI === "true") throw new Error(`${path} is missing: run scripts/setup-tests.sh`);
  return undefined;
}
