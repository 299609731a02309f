import { expect, test } from "vitest";
import { chunksOf } from "../../../../src/bytes/chunks-of.ts";
import { startFaultProxy } from "../../../support/registry/fault-proxy.ts";
import { openDestination } from "../../../support/registry/session-fixture.ts";
import { startSpecRegistry } from "../../../support/registry/spec-registry.ts";
import { PUSHED_LAYER } from "../../../support/registry/write-through.ts";

test("a relative location is that of the server that gave it, also after a redirect", async () => {
  await using registry = await startSpecRegistry();
  await using proxy = await startFaultProxy(registry.port, ({ method, url }) =>
    method === "POST" ? { status: 307, headers: { location: `http://localhost:${registry.port}${url}` } } : undefined,
  );
  await using to = await openDestination(`${proxy.host}/a/b:1`);
  await to.writeBlob(PUSHED_LAYER.descriptor, () => chunksOf(PUSHED_LAYER.bytes));
  expect(proxy.seen.map(({ method }) => method)).not.toContain("PUT");
  expect(registry.blobs.has(PUSHED_LAYER.descriptor.digest)).toBe(true);
});
