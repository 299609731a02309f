import { afterEach, describe, expect, test, vi } from "vitest";
import { TransportError } from "../../../src/errors.ts";
import { searchReferrers } from "../../../src/image/find-referrers.ts";
import { loadImages } from "../../../src/image/load-images.ts";
import type { Source } from "../../../src/transport/contracts.ts";
import type { Referrer } from "../../../src/transport/referrer.ts";
import { memoryStore, storeImage, storeIndex, testContext } from "../../support/memory-source.ts";

const platform = { os: "linux", architecture: "amd64" };

/** An index of one image, and what its source answers when it is asked for referrers. */
async function indexed(findReferrers: NonNullable<Source["findReferrers"]>) {
  const store = memoryStore();
  const image = storeImage(store, { descriptor: { platform } });
  const index = storeIndex(store, [image]);
  const source = { ...store.source(index), findReferrers };
  const loaded = await loadImages(source, { all: true }, testContext());
  const signature: Referrer = {
    descriptor: store.put("application/vnd.oci.image.manifest.v1+json", "sig"),
    what: "signature",
  };
  return { source, loaded, image, index, signature };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("what lies beside a source", () => {
  test("is searched for the index and each of its images, and listed once", async () => {
    const asked: string[] = [];
    const { source, loaded, image, index, signature } = await indexed(async (digest) => {
      asked.push(digest);
      return [signature];
    });
    const search = searchReferrers(source, loaded, testContext());
    expect(await search.found()).toMatchObject({
      referrers: [{ what: "signature", subject: index.digest }],
      diagnostics: [],
    });
    expect(asked).toEqual([index.digest, image.digest]);
  });

  test("is returned as far as it is known if the source fails, with a diagnostic", async () => {
    const { source, loaded, image, index, signature } = await indexed(async (digest) => {
      if (digest === index.digest) throw new TransportError("TRANSPORT_FAILED", "the registry is on fire");
      return [signature];
    });
    const { referrers, diagnostics } = await searchReferrers(source, loaded, testContext()).found();
    expect(referrers).toMatchObject([{ subject: image.digest }]);
    expect(diagnostics).toMatchObject([
      { rule: "referrers-unknown", message: expect.stringContaining("the registry is on fire") },
    ]);
  });

  test("is waited for three seconds at most", async () => {
    vi.useFakeTimers();
    const { source, loaded } = await indexed(
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const found = searchReferrers(source, loaded, testContext()).found();
    await vi.advanceTimersByTimeAsync(3000);
    expect(await found).toMatchObject({
      referrers: [],
      diagnostics: [{ message: expect.stringContaining("in time") }],
    });
  });

  test("is aborted when the search is disposed", async () => {
    let given = false;
    const begun = Promise.withResolvers<void>();
    const { source, loaded } = await indexed((_, signal) => {
      begun.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          given = true;
          reject(signal.reason);
        });
      });
    });
    const search = searchReferrers(source, loaded, testContext());
    await begun.promise;
    await search[Symbol.asyncDispose]();
    expect(given).toBe(true);
  });

  test("is nothing if the source has no referrers", async () => {
    const { loaded } = await indexed(async () => []);
    expect(await searchReferrers({}, loaded, testContext()).found()).toEqual({ referrers: [], diagnostics: [] });
  });

  test("does not hide a bug", async () => {
    const { source, loaded } = await indexed(async () => {
      throw new TypeError("a bug");
    });
    await expect(searchReferrers(source, loaded, testContext()).found()).rejects.toThrow("a bug");
  });
});
