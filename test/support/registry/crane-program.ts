import { existsSync } from "node:fs";
import { join } from "node:path";
import { engineCache } from "../engines/engine-set.ts";

/** The crane that scripts/setup-tests.sh compiled; undefined where it could not, but under CI it must be there. */
export function craneProgram(): string | undefined {
  const path = join(engineCache(), "crane");
  if (existsSync(path)) return path;
  if (process.env.CI === "true") throw new Error(`${path} is missing: run scripts/setup-tests.sh`);
  return undefined;
}
