import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "../../../src/bytes/collect.ts";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import type { Source } from "../../../src/transport/contracts.ts";
import { parseImageName } from "../../../src/transport/image-name.ts";
import {
  openRegistryDestination,
  type RegistryDestinationOptions,
} from "../../../src/transport/registry/destination.ts";
import type { RegistryOptions } from "../../../src/transport/registry/options.ts";
import { openRegistrySource } from "../../../src/transport/registry/source.ts";

/** Options with short waits between attempts, and without credentials and certificates. */
export const QUICK: RegistryOptions = {
  retry: { base: 5, cap: 20 },
  environment: { PATH: process.env.PATH, HOME: "/nonexistent", XDG_RUNTIME_DIR: "/nonexistent" },
  certificateRoots: [],
};

/** Opens `host/path:tag` for reading, quickly. */
export function openSource(text: string, options: RegistryOptions = {}, signal = new AbortController().signal) {
  return openRegistrySource(parseImageName(text), { ...QUICK, ...options }, { signal, limits: DEFAULT_LIMITS });
}

/** Opens `host/path:tag` for writing, quickly. */
export function openDestination(
  text: string,
  options: RegistryDestinationOptions = {},
  signal = new AbortController().signal,
) {
  return openRegistryDestination(parseImageName(text), { ...QUICK, ...options }, { signal });
}

/** All bytes of a blob. */
export function bytesOf(source: Source, blob: Descriptor): Promise<Uint8Array> {
  return collect(source.readBlob(blob), 1024 ** 3, "testBytes");
}

/** A folder that disposing removes. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "planish-registry-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
