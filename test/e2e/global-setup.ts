import type { TestProject } from "vitest/node";
import type { EngineNamespace } from "../support/engines/engine-namespace.ts";
import { enginesMissing, startEngines } from "../support/engines/engine-set.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The running engines, or why there are none. */
    engines: EngineNamespace | { readonly missing: string };
  }
}

/** Starts every engine once for all end-to-end suites; without engines they are skipped, but never under CI=true. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // Files of the suites, in images and in folders of engines, are read by other users.
  process.umask(0o022);
  const missing = enginesMissing();
  if (missing === undefined) {
    const open = await startEngines();
    project.provide("engines", open.namespace);
    return async () => await open[Symbol.asyncDispose]();
  }
  if (process.env.CI === "true") throw new Error(`no engines to test with: ${missing}`);
  process.stderr.write(`end-to-end suites are skipped: ${missing}\n`);
  project.provide("engines", { missing });
  return undefined;
}
