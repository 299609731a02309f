import { TransportError } from "../../errors.ts";
import type { Document } from "../../oci/document.ts";
import { contentDigest } from "./content-digest.ts";
import type { HttpResponse } from "./exchange.ts";
import { hasRegistryCode } from "./failure.ts";
import { manifestRequest } from "./manifest-read.ts";
import { withRetry } from "./retry.ts";
import type { ApiRequest, RegistrySession } from "./session.ts";

/** The digest that a tag refers to; undefined if there is no such tag, empty if the registry does not say. */
export async function taggedDigest(session: RegistrySession, tag: string): Promise<string | undefined> {
  const request = manifestRequest(session, "HEAD", tag);
  const response = await session.request({ ...request, scopes: [session.scope("pull,push")], expect: [200, 404] });
  await response.discard();
  return response.status === 404 ? undefined : (contentDigest(response) ?? "");
}

/** Where {@link putManifest} stores a document. */
export interface ManifestPlace {
  /** A tag, or the document's own digest. */
  readonly reference: string;
  /** Aborts the request instead of the session's signal. */
  readonly signal?: AbortSignal;
}

/**
 * Stores a document. distribution-spec spec.md#pushing-manifests
 * @throws TransportError AUTH_DENIED, DESTINATION_REFUSED, TRANSPORT_FAILED
 */
export async function putManifest(
  session: RegistrySession,
  { descriptor, bytes }: Pick<Document<unknown>, "descriptor" | "bytes">,
  { reference, signal = session.signal }: ManifestPlace,
): Promise<void> {
  const request: ApiRequest = {
    method: "PUT",
    url: session.url(`manifests/${reference}`),
    headers: { "content-type": descriptor.mediaType, "content-length": String(bytes.length) },
    body: bytes,
    scopes: [session.scope("pull,push")],
    expect: [201, 200, 202, 204],
    signal,
  };
  const attempt = async (number: number) => {
    // The response to a PUT may have been lost although the manifest was stored; an immutable tag is not stored twice.
    const now = number === 0 ? undefined : await taggedDigest(session, reference).catch(() => undefined);
    if (now === descriptor.digest) return now;
    const response = await sendUntilKnown(session, request);
    await response.discard();
    return contentDigest(response);
  };
  const stored = await withRetry(attempt, session.settings.retry, signal);
  if (stored !== undefined && stored !== descriptor.digest) {
    const message = `the registry stored ${reference} under another digest than ${descriptor.digest}`;
    throw new TransportError("DESTINATION_REFUSED", message, { details: { digest: descriptor.digest } });
  }
}

/**
 * Error codes of a registry that does not yet know what it accepted a moment ago. distribution-spec spec.md#error-codes
 */
const UNKNOWN: readonly string[] = ["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN"];

/**
 * Sends a manifest whose blobs and manifests the registry has confirmed. An error that one is unknown is temporary:
 * registries of several instances (GHCR, Harbor) give it for some seconds.
 */
async function sendUntilKnown(session: RegistrySession, request: ApiRequest): Promise<HttpResponse> {
  try {
    return await session.send(request);
  } catch (error) {
    if (hasRegistryCode(error, UNKNOWN)) error.details = { ...error.details, temporary: true };
    throw error;
  }
}
