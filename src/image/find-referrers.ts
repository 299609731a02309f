import pLimit from "p-limit";
import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { isFlattenError } from "../errors.ts";
import type { Digest } from "../oci/digest.ts";
import type { Source } from "../transport/contracts.ts";
import { distinctReferrers, type Referrer } from "../transport/referrer.ts";
import type { LoadedImages } from "./load-images.ts";

/** A {@link Referrer}, and the image or index of the source that it refers to. */
export interface FoundReferrer extends Referrer {
  readonly subject: Digest;
}

/** What is stored beside a source. */
export interface FoundReferrers {
  /** Those of the index first, then those of each image; without those that the index lists. */
  readonly referrers: readonly FoundReferrer[];
  /** At most one, for a search that failed. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A search in the background; disposing it aborts it and waits until it no longer uses the source. */
export interface ReferrerSearch extends AsyncDisposable {
  /**
   * Waits at most three seconds for the search and returns what was found; failures and a timeout become a diagnostic.
   */
  found(): Promise<FoundReferrers>;
}

type MayHaveReferrers = Pick<Source, "findReferrers">;

/** How long to wait for the search when all other work is done, in milliseconds. */
const GRACE_MS = 3000;
/** Number of images whose referrers are searched for at a time; each takes five small requests. */
const AT_A_TIME = 2;

/** Starts to search for referrers of the images of a source, and of the index that they came from. */
export function searchReferrers(
  from: MayHaveReferrers,
  loaded: LoadedImages,
  { signal }: Pick<Context, "signal">,
): ReferrerSearch {
  const given = new AbortController();
  const found = search(from, loaded, AbortSignal.any([signal, given.signal]));
  // `found` rethrows the error; until it is called, the rejection must not count as unhandled.
  found.catch(() => {});
  return {
    async found() {
      const timer = setTimeout(() => given.abort(), GRACE_MS);
      try {
        return await found;
      } finally {
        clearTimeout(timer);
      }
    },
    async [Symbol.asyncDispose]() {
      given.abort();
      await found.catch(() => {});
    },
  };
}

async function search(from: MayHaveReferrers, loaded: LoadedImages, signal: AbortSignal): Promise<FoundReferrers> {
  const { root, images, others } = loaded;
  const subjects = [...new Set([root.digest, ...images.map(({ manifest }) => manifest.descriptor.digest)])];
  const listed = new Set(others.map(({ descriptor }) => descriptor.digest));
  const bySubject = new Map<Digest, readonly Referrer[]>();
  const failures: unknown[] = [];
  await pLimit(AT_A_TIME).map(subjects, async (subject) => {
    try {
      signal.throwIfAborted();
      bySubject.set(subject, (await from.findReferrers?.(subject, signal)) ?? []);
    } catch (error) {
      if (!isFlattenError(error) && !signal.aborted) throw error;
      failures.push(error);
    }
  });
  return { referrers: gather(), diagnostics: failures.slice(0, 1).map(unknownDiagnostic) };

  function gather(): FoundReferrer[] {
    const found = subjects.flatMap((subject) => (bySubject.get(subject) ?? []).map((each) => ({ ...each, subject })));
    return distinctReferrers(found).filter(({ descriptor }) => !listed.has(descriptor.digest));
  }
}

function unknownDiagnostic(error: unknown): Diagnostic {
  const why = isFlattenError(error) ? `${error.code}: ${error.message}` : "it did not answer in time";
  const message = `Could not find out whether the source has more signatures and attestations (${why})`;
  return { rule: "referrers-unknown", message, strict: false };
}
