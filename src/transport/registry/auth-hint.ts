import type { CredentialLookup } from "./credentials.ts";

/** The hint for a 401 or 403: what to do, and what went wrong during the lookup of credentials. */
export function authHint(registry: string, { credentials, origin, problems }: CredentialLookup): string {
  return [advice(registry, { credentials, origin }), ...problems].join("; ");
}

function advice(registry: string, { credentials, origin }: Pick<CredentialLookup, "credentials" | "origin">): string {
  if (credentials === undefined) {
    return `there are no credentials for ${registry}: run docker login ${registry}, or give --creds, if the image exists at all`;
  }
  // planish does not ask again without them, and neither do docker, skopeo and crane.
  const stale = "; if they are out of date, log in again, or out: a public image needs none";
  const stored = origin === undefined ? "" : ` from ${origin}`;
  return `the credentials for ${registry}${stored} do not allow it, if the image exists at all${stored && stale}`;
}
