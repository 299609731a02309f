import type { CredentialLookup } from "./credentials.ts";

/** What to do about a refusal of rights, in a sentence, with what went wrong while credentials were looked for. */
export function authHint(registry: string, lookup: CredentialLookup): string {
  const advice =
    lookup.credentials === undefined
      ? `there are no credentials for ${registry}: run docker login ${registry}, or give --creds, if the image exists at all`
      : `the credentials for ${registry} do not allow it, if the image exists at all`;
  return [advice, ...lookup.problems].join("; ");
}
