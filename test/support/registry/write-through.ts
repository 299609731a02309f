import { expect } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import type { RegistryOptions } from "../../../src/transport/registry/options.ts";
import { type Fault, type Seen, startFaultProxy } from "./fault-proxy.ts";
import { type Blob, imageFixture } from "./image-fixture.ts";
import { openDestination } from "./session-fixture.ts";

/** The pushed image: one layer of 5 MB. */
export const PUSHED_IMAGE = imageFixture([5_000_000]);
export const PUSHED_LAYER = PUSHED_IMAGE.layers[0] as Blob;

/** A predicate for requests of an upload. */
export const isUpload =
  (...methods: readonly string[]) =>
  ({ method, url }: Seen): boolean =>
    methods.includes(method) && url.includes("/uploads/");

/** Which requests get the faults, one each, and options of the registry. */
export interface WriteThrough {
  readonly match: (seen: Seen) => boolean;
  readonly faults: readonly Fault[];
  readonly options?: RegistryOptions;
}

/**
 * Writes the layer as a blob through a proxy in front of a registry; returns how often its bytes were opened, and the
 * methods of its upload requests.
 */
export async function writeThrough(port: number, { match, faults, options = {} }: WriteThrough) {
  const left = [...faults];
  await using proxy = await startFaultProxy(port, (seen) => (match(seen) ? left.shift() : undefined));
  const name = `image-${Math.random().toString(36).slice(2)}`;
  await using to = await openDestination(`${proxy.host}/faults/${name}:1`, options);
  let opened = 0;
  await to.writeBlob(PUSHED_LAYER.descriptor, () => {
    opened += 1;
    return chunksOf(PUSHED_LAYER.bytes);
  });
  expect(await to.hasBlob(PUSHED_LAYER.descriptor)).toBe(true);
  const uploads = proxy.seen.filter(isUpload("POST", "PUT", "PATCH", "DELETE"));
  return { opened, methods: uploads.map(({ method }) => method) };
}
