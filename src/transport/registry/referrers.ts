import { collect } from "../../bytes/collect.ts";
import { LimitError, TransportError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import { describeBytes } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import { parseIndex } from "../../oci/image-index.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { isIndexType, isManifestType, OCI_INDEX } from "../../oci/media-type.ts";
import {
  cosignTags,
  distinctReferrers,
  listedReferrer,
  type Referrer,
  type ReferrerKind,
  referrerOf,
  referrersTag,
} from "../referrer.ts";
import { type FetchedManifest, fetchManifest, manifestRequest } from "./manifest-read.ts";
import { nextPage } from "./next-page.ts";
import { redactUrl } from "./redact.ts";
import { withRetry } from "./retry.ts";
import type { ApiRequest, RegistrySession } from "./session.ts";

/** Options of {@link registryReferrers}. */
export interface ReferrersOptions {
  readonly limits: Limits;
  /** Aborts only these requests. */
  readonly signal: AbortSignal;
}

/**
 * What a repository keeps about an image: what the referrers API lists, or without that API the index under the tag
 * defined for this; and what cosign put under tags. Five small requests if there is nothing, all but one concurrent. A
 * registry that refuses one of them is assumed to have nothing of that kind. distribution-spec
 * spec.md#listing-referrers
 * @throws TransportError TRANSPORT_FAILED, ImageInvalidError, LimitError LIMIT_EXCEEDED (manifestBytes, indexEntries,
 * jsonDepth)
 */
export async function registryReferrers(
  session: RegistrySession,
  subject: Digest,
  options: ReferrersOptions,
): Promise<readonly Referrer[]> {
  const asked = { session, ...options };
  const listed = listReferrers(subject, asked).then((found) => found ?? underReferrersTag(subject, asked));
  const tagged = cosignTags(subject).map(({ tag, what }) => underCosignTag(tag, what, asked));
  return distinctReferrers((await Promise.all([listed, ...tagged])).flat());
}

interface Asked extends ReferrersOptions {
  readonly session: RegistrySession;
}

/**
 * The pages of the API; undefined if the registry has no such API.
 * @throws TransportError TRANSPORT_FAILED, also for a later page that the registry names and then does not have
 */
async function listReferrers(subject: Digest, asked: Asked): Promise<Referrer[] | undefined> {
  const { session, limits } = asked;
  const found: Referrer[] = [];
  let url: URL | undefined = session.url(`referrers/${subject}`);
  while (url !== undefined) {
    const page = await askFor(url, asked);
    if (page === undefined && found.length > 0) {
      throw new TransportError("TRANSPORT_FAILED", `${redactUrl(url)} is not the next page of referrers`);
    }
    if (page === undefined) return undefined;
    found.push(...page.index.manifests.map(listedReferrer));
    if (found.length > limits.indexEntries) throw new LimitError("indexEntries", limits.indexEntries, found.length);
    // An empty page ends the list, so that it cannot be endless.
    url = page.index.manifests.length === 0 ? undefined : nextPage(page.links, url);
  }
  return found;
}

async function askFor(url: URL, { session, limits, signal }: Asked) {
  const headers = { accept: OCI_INDEX };
  const request: ApiRequest = { method: "GET", url, headers, scopes: [session.scope("pull")], expect: [200], signal };
  const ask = async () => {
    const response = await session.send(request);
    return { response, bytes: await collect(response.stream(), limits.manifestBytes, "manifestBytes") };
  };
  const attempt = () => unlessRefused(() => unlessElsewhere(ask, session));
  const answer = await withRetry(attempt, session.settings.retry, signal);
  if (answer === undefined) return undefined;
  const { response, bytes } = answer;
  // Some servers answer with a web page if they do not know a path.
  if (!isIndexType(response.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "")) return undefined;
  return {
    index: indexOf({ bytes, descriptor: describeBytes(OCI_INDEX, bytes) }, limits),
    links: response.headerValues("link"),
  };
}

/** GitLab answers a request for this tag with the subject itself, as if the tag were its digest. */
async function underReferrersTag(subject: Digest, asked: Asked): Promise<Referrer[]> {
  const fetched = await fetchTag(referrersTag(subject), asked);
  if (fetched === undefined || !isIndexType(fetched.descriptor.mediaType)) return [];
  if (fetched.descriptor.digest === subject) return [];
  return indexOf(fetched, asked.limits).manifests.map(listedReferrer);
}

async function underCosignTag(tag: string, what: ReferrerKind, asked: Asked): Promise<Referrer[]> {
  const fetched = await fetchTag(tag, asked);
  if (fetched === undefined) return [];
  const { bytes, descriptor } = fetched;
  if (isIndexType(descriptor.mediaType)) return [referrerOf(descriptor, undefined, { tag, what })];
  if (!isManifestType(descriptor.mediaType)) return [];
  return [referrerOf(descriptor, parseManifest(bytes, descriptor, asked.limits).json, { tag, what })];
}

/** HEAD first, because registries count each GET as a pull. */
async function fetchTag(tag: string, { session, limits, signal }: Asked): Promise<FetchedManifest | undefined> {
  const head = { ...manifestRequest(session, "HEAD", tag), signal };
  return await unlessRefused(async () => {
    const response = await withRetry(() => session.send(head), session.settings.retry, signal);
    await response.discard();
    return await fetchManifest(session, tag, { limits, signal });
  });
}

function indexOf({ bytes, descriptor }: FetchedManifest, limits: Limits): ImageIndex {
  return parseIndex(bytes, descriptor, limits).json;
}

/** Undefined if the registry has no such thing, does not support it, or does not allow it. */
async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TransportError) || error.details.temporary === true) throw error;
    const { status } = error.details;
    if (typeof status !== "number" || status < 400 || (status >= 500 && status !== 501)) throw error;
    return undefined;
  }
}

/**
 * Undefined if an error comes from another server, to which the registry redirects requests that it does not know: GHCR
 * to the website of GitHub, which limits their rate.
 */
async function unlessElsewhere<T>(ask: () => Promise<T>, { base }: RegistrySession): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TransportError) || typeof error.details.status !== "number") throw error;
    if (URL.parse(String(error.details.url))?.origin === base.origin) throw error;
    return undefined;
  }
}
