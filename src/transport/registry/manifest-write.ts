import { TransportError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { manifestRequest } from "./manifest-read.ts";
import type { RegistrySession } from "./session.ts";

/** A manifest or an index that waits to be pushed. */
export interface PendingManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * The digest under which a registry knows a tag; undefined for a tag that it does not have, the empty text where it
 * does not tell.
 */
export async function taggedDigest(session: RegistrySession, tag: string): Promise<string | undefined> {
  const request = manifestRequest(session, "HEAD", tag);
  const response = await session.request({ ...request, scopes: [session.scope("pull,push")], expect: [200, 404] });
  await response.discard();
  return response.status === 404 ? undefined : (response.header("docker-content-digest") ?? "");
}

/**
 * Stores a document under a tag or under its own digest. distribution-spec spec.md#pushing-manifests
 * @throws TransportError AUTH_DENIED, DESTINATION_REFUSED, TRANSPORT_FAILED
 */
export async function putManifest(
  session: RegistrySession,
  document: PendingManifest,
  reference: string,
): Promise<void> {
  const { descriptor, bytes } = document;
  const response = await session.request({
    method: "PUT",
    url: session.url(`manifests/${reference}`),
    headers: { "content-type": descriptor.mediaType, "content-length": String(bytes.length) },
    body: bytes,
    scopes: [session.scope("pull,push")],
    expect: [201, 200, 202, 204],
  });
  await response.discard();
  const stored = response.header("docker-content-digest");
  if (stored !== undefined && stored !== descriptor.digest) {
    const message = `the registry stored ${reference} under another digest than ${descriptor.digest}`;
    throw new TransportError("DESTINATION_REFUSED", message, { details: { digest: descriptor.digest } });
  }
}
