import pLimit from "p-limit";
import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { isFlattenError } from "../errors.ts";
import type { Digest } from "../oci/digest.ts";
import type { Source } from "../transport/contracts.ts";
import { distinctReferrers, type Referrer } from "../transport/referrer.ts";
import type { LoadedImages } from "./load-images.ts";

/** A {@link Referrer}, and the image or index of the source that it speaks of. */
export interface FoundReferrer extends Referrer {
  readonly subject: Digest;
}

/** What lies beside a source. */
export interface FoundReferrers {
  /** Those of the index first, then those of each image. What the index itself lists is not among them. */
  readonly referrers: readonly FoundReferrer[];
  /** Says so where it could not be found out. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A search that goes on beside the work; disposing it gives it up, and waits until it has let go of the source. */
export interface ReferrerSearch extends AsyncDisposable {
  /**
   * What was found. Waits three seconds at most for what is still under way; what goes wrong is told as a diagnostic.
   */
  found(): Promise<FoundReferrers>;
}

type MayHaveReferrers = Pick<Source, "findReferrers">;

/** A registry that does not answer holds nobody up for longer, once all else is done. In milliseconds. */
const GRACE_MS = 3000;
/** Images whose referrers are asked for at a time; each takes five small requests. */
const AT_A_TIME = 2;

/**
 * Begins to look for what lies beside the images of a source, and the index that they came from, and speaks of them.
 */
export function searchReferrers(
  from: MayHaveReferrers,
  loaded: LoadedImages,
  { signal }: Pick<Context, "signal">,
): ReferrerSearch {
  const given = new AbortController();
  const found = search(from, loaded, AbortSignal.any([signal, given.signal]));
  // Whoever asks for it gets the error; until then it must not count as unhandled.
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
