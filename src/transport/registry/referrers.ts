import { collect } from "../../bytes/collect.ts";
import { LimitError, TransportError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import { type Digest, sha256 } from "../../oci/digest.ts";
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
import { withRetry } from "./retry.ts";
import type { ApiRequest, RegistrySession } from "./session.ts";

/** How {@link registryReferrers} asks. */
export interface ReferrerSearch {
  readonly limits: Limits;
  /** Gives up on these requests alone. */
  readonly signal: AbortSignal;
}

/**
 * What a repository keeps of an image: as the API of referrers lists it, else as the index under the tag that takes the
 * API's place does, and what cosign put under tags. Five small requests where there is nothing, all but one side by
 * side. A registry that refuses one of them is taken to have nothing of that kind. distribution-spec
 * spec.md#listing-referrers
 * @throws TransportError TRANSPORT_FAILED, ImageInvalidError, LimitError LIMIT_EXCEEDED (manifestBytes, indexEntries,
 * jsonDepth)
 */
export async function registryReferrers(
  session: RegistrySession,
  subject: Digest,
  search: ReferrerSearch,
): Promise<readonly Referrer[]> {
  const asked = { session, ...search };
  const listed = listReferrers(subject, asked).then((found) => found ?? underReferrersTag(subject, asked));
  const tagged = cosignTags(subject).map(({ tag, what }) => underCosignTag(tag, what, asked));
  return distinctReferrers((await Promise.all([listed, ...tagged])).flat());
}

interface Asked extends ReferrerSearch {
  readonly session: RegistrySession;
}

/** The pages of the API; undefined where there is none. */
async function listReferrers(subject: Digest, asked: Asked): Promise<Referrer[] | undefined> {
  const { session, limits } = asked;
  const found: Referrer[] = [];
  let url: URL | undefined = session.url(`referrers/${subject}`);
  while (url !== undefined) {
    const page = await askFor(url, asked);
    if (page === undefined) return undefined;
    found.push(...page.index.manifests.map(listedReferrer));
    if (found.length > limits.indexEntries) throw new LimitError("indexEntries", limits.indexEntries, found.length);
    // A page without entries ends the list, or a registry could go on for ever.
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
  // Some servers have a page for whatever they do not know.
  if (!isIndexType(response.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "")) return undefined;
  return {
    index: indexOf({ bytes, descriptor: { mediaType: OCI_INDEX, digest: sha256(bytes), size: bytes.length } }, limits),
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

/** Registries count what is pulled, so that first they are asked whether there is anything. */
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

/** Undefined where the registry has no such thing, or says that it does not do such things, or not for us. */
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
 * Undefined if an error comes from another server, to which the registry redirected a request that it does not know:
 * GHCR sends it to the website of GitHub, which limits how often it may be asked.
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
