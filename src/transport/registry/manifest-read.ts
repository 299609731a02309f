import type { ByteStream } from "../../bytes/byte-stream.ts";
import { chunksOf } from "../../bytes/chunks-of.ts";
import { collect } from "../../bytes/collect.ts";
import { verified } from "../../bytes/verified.ts";
import { ImageInvalidError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestHash, isDigest, sha256 } from "../../oci/digest.ts";
import {
  DOCKER_MANIFEST,
  DOCKER_MANIFEST_LIST,
  isIndexType,
  isManifestType,
  OCI_INDEX,
  OCI_MANIFEST,
} from "../../oci/media-type.ts";
import { contentDigest } from "./content-digest.ts";
import type { HttpResponse } from "./exchange.ts";
import { parseJson } from "./parse-json.ts";
import { redactUrl } from "./redact.ts";
import { withRetry } from "./retry.ts";
import type { ApiRequest, RegistrySession } from "./session.ts";

/**
 * If the index types are missing, a registry returns one platform of its choice; if a family is missing, a converted
 * manifest.
 */
const ACCEPT = [OCI_INDEX, DOCKER_MANIFEST_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(", ");

/** A manifest or an index as a registry serves it. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** The request for a manifest or index, by tag or digest. distribution-spec spec.md#pulling-manifests */
export function manifestRequest(session: RegistrySession, method: "GET" | "HEAD", reference: string): ApiRequest {
  const url = session.url(`manifests/${reference}`);
  return { method, url, headers: { accept: ACCEPT }, scopes: [session.scope("pull")], expect: [200] };
}

/**
 * Reads what a tag or digest refers to. The digest is that of the bytes; a digest that was requested or that the
 * registry names must be equal.
 * @throws ImageInvalidError DIGEST_MISMATCH, MANIFEST_INVALID, IMAGE_UNSUPPORTED (schema 1)
 * @throws LimitError LIMIT_EXCEEDED (manifestBytes)
 * @throws TransportError SOURCE_NOT_FOUND, AUTH_DENIED, TRANSPORT_FAILED
 */
export async function fetchManifest(
  session: RegistrySession,
  reference: string,
  { limits, signal = session.signal }: FetchOptions,
): Promise<FetchedManifest> {
  const attempt = () => fetchOnce(session, reference, { limits, signal });
  const fetched = await withRetry(attempt, session.settings.retry, signal);
  const { response, bytes } = fetched;
  const mediaType = mediaTypeOf(response, bytes);
  const named = isDigest(reference) ? reference : contentDigest(response);
  const digest = named === undefined ? sha256(bytes) : hashed(bytes, named);
  if (named !== undefined && digest !== named) {
    const message = `${redactUrl(response.url)} holds other bytes than ${named}: their digest is ${digest}`;
    throw new ImageInvalidError("DIGEST_MISMATCH", message, { details: { digest: named } });
  }
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

/** Options of {@link fetchManifest}. */
export interface FetchOptions {
  readonly limits: Limits;
  /** Aborts only this request; the session's signal by default. */
  readonly signal?: AbortSignal;
}

/** Streams a manifest or an index that a descriptor names, and verifies it. */
export async function* readManifestBlob(session: RegistrySession, blob: Descriptor, limits: Limits): ByteStream {
  const { bytes } = await withRetry(
    () => fetchOnce(session, blob.digest, { limits }),
    session.settings.retry,
    session.signal,
  );
  yield* verified(chunksOf(bytes), blob);
}

async function fetchOnce(session: RegistrySession, reference: string, { limits, signal }: FetchOptions) {
  const response = await session.send({ ...manifestRequest(session, "GET", reference), signal });
  return { response, bytes: await collect(response.stream(), limits.manifestBytes, "manifestBytes") };
}

function hashed(bytes: Uint8Array, like: Digest): Digest {
  return `${digestAlgorithm(like)}:${digestHash(like).update(bytes).digest("hex")}` as Digest;
}

/** The Content-Type; if that is a generic one, the document's `mediaType`, or what its members suggest. */
function mediaTypeOf(response: HttpResponse, bytes: Uint8Array): string {
  const [header = ""] = (response.header("content-type") ?? "").split(";");
  const type = header.trim().toLowerCase();
  if (isIndexType(type) || isManifestType(type)) return type;
  if (/^application\/vnd\.docker\.distribution\.manifest\.v1\+/.test(type)) {
    throw new ImageInvalidError("IMAGE_UNSUPPORTED", `${redactUrl(response.url)} is a schema 1 image`, {
      details: {
        hint: "schema 1 became obsolete in 2017: pull it with an old docker and push it again with a new one",
      },
    });
  }
  const { mediaType, manifests, config } = parseObject(bytes);
  if (typeof mediaType === "string") return mediaType;
  if (Array.isArray(manifests)) return OCI_INDEX;
  return typeof config === "object" ? OCI_MANIFEST : type;
}

/** Empty if the document is invalid: its parser has a better error message. */
function parseObject(bytes: Uint8Array): Record<string, unknown> {
  const value = parseJson(bytes);
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
