import { baseName } from "../tar/path.ts";

/** Names of files that hold nothing but credentials, each with the pattern that it is reported as. */
const NAMES: readonly (readonly [name: string, expression: RegExp])[] = [
  ["ssh-key-file", /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/],
  ["key-store-file", /\.(?:p12|pfx|jks|kdbx|ppk)$/],
  [
    "credentials-file",
    /^(?:\.netrc|_netrc|\.npmrc|\.pypirc|\.git-credentials|\.pgpass|\.htpasswd|\.vault-token|\.dockercfg)$/,
  ],
  ["environment-file", /^\.env(?:\.(?:local|production|prod|staging|secret))?$/],
];

const PATHS: readonly (readonly [name: string, expression: RegExp])[] = [
  [
    "credentials-file",
    /(?:^|\/)(?:\.aws\/credentials|\.docker\/config\.json|\.kube\/config|\.azure\/accessTokens\.json|gcloud\/application_default_credentials\.json)$/,
  ],
  ["build-secret-file", /^run\/secrets\/./],
];

/** The pattern that matches a path whose name alone says that the file holds credentials; undefined for all others. */
export function secretName(path: string): string | undefined {
  const base = baseName(path);
  return (NAMES.find(([, test]) => test.test(base)) ?? PATHS.find(([, test]) => test.test(path)))?.[0];
}
