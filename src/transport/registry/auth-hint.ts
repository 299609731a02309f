import type { CredentialLookup } from "./credentials.ts";

/** The hint for a 401 or 403: what to do, and what went wrong during the lookup of credentials. */
export function authHint(registry: string, lookup: CredentialLookup): string {
  const advice =
    lookup.credentials === undefined
      ? `there are no credentials for ${registry}: run docker login ${registry}, or give --creds, if the image exists at all`
      : `the credentials for ${registry} do not allow it, if the image exists at all`;
  return [advice, ...lookup.problems].join("; ");
}
