/**
 * What the content of a secret looks like. Chosen so that matches are hardly ever anything else: there are no patterns
 * for what looks like ordinary text.
 */
export interface SecretPattern {
  readonly name: string;
  /**
   * Global, for matchAll. Takes time in proportion to the text, whatever it is: no attempt continues past where the
   * next one may begin, and repetitions are bounded.
   */
  readonly expression: RegExp;
  /** What belongs to the secret after a match, if that is only its beginning. */
  readonly rest?: RegExp;
  /** Characters at the beginning of a match that show what it is without revealing it. */
  readonly shown: number;
  /** Only in files of these paths; in all where it is not set. */
  readonly paths?: RegExp;
}

/** Base64 in lines, which end in newlines or in escapes such as `\n`. */
const KEY_BODY = /[A-Za-z0-9+/=\s\\]*/;

/** Every pattern of contents. docs/analysis.md has the same table. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  {
    name: "private-key",
    expression:
      /-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH|ENCRYPTED) )?PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|\s|[A-Za-z-]{1,64}: (?:(?!-----BEGIN)[^\n])*\n){0,1000}[A-Za-z0-9+/]{40}/g,
    rest: KEY_BODY,
    shown: 32,
  },
  {
    name: "pgp-private-key",
    expression:
      /-----BEGIN PGP PRIVATE KEY BLOCK-----(?:\s|[A-Za-z]{1,64}: (?:(?!-----BEGIN)[^\n])*\n){0,1000}[A-Za-z0-9+/]{40}/g,
    rest: KEY_BODY,
    shown: 37,
  },
  {
    name: "aws-access-key",
    expression: /\b(?:AKIA|ASIA)(?![A-Z2-7]{9}EXAMPLE\b)[A-Z2-7]{16}\b/g,
    shown: 8,
  },
  {
    name: "aws-secret-key",
    expression:
      /\b(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY)\b["']?\s*[=:]\s*["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
    shown: 21,
  },
  {
    name: "github-token",
    expression: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b/g,
    shown: 4,
  },
  { name: "gitlab-token", expression: /\bglpat-[\w-]{20,4096}/g, shown: 6 },
  {
    name: "slack-token",
    expression: /\bxox[abprs]-\d{8,4096}-[A-Za-z0-9-]{10,4096}/g,
    shown: 5,
  },
  { name: "google-api-key", expression: /\bAIza[\w-]{35}(?![\w-])/g, shown: 4 },
  {
    name: "stripe-key",
    expression: /\b[sr]k_live_[A-Za-z0-9]{20,4096}\b/g,
    shown: 8,
  },
  {
    name: "npm-token",
    expression: /\bnpm_[A-Za-z0-9]{36}\b|:_(?:authToken|password)\s*=\s*["']?(?![$"'])[\w+/=.-]{8,4096}/g,
    shown: 4,
  },
  { name: "pypi-token", expression: /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,4096}/g, shown: 5 },
  {
    name: "azure-storage-key",
    expression: /\bAccountKey=[A-Za-z0-9+/]{86}==/g,
    shown: 11,
  },
  { name: "vault-token", expression: /\bhvs\.[\w-]{24,4096}/g, shown: 4 },
  {
    name: "registry-auth",
    expression: /"(?:auth|identitytoken)"\s*:\s*"[A-Za-z0-9+/=._-]{12,4096}"/g,
    shown: 6,
    paths: /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|auth\.json)$/,
  },
  {
    name: "url-password",
    expression: /\bhttps?:\/\/[^\s:/@"']{1,200}:[^\s@/"'$]{3,200}@/g,
    shown: 8,
    paths:
      /(?:^|\/)(?:\.git-credentials|\.git\/config|\.gitconfig|pip\.conf|\.npmrc|\.yarnrc(?:\.yml)?|sources\.list)$/,
  },
  {
    name: "netrc-password",
    expression: /\bmachine\s+\S+\s+login\s+\S+\s+password\s+\S+/g,
    shown: 8,
    paths: /(?:^|\/)[._]netrc$/,
  },
];

/** Every match of a pattern without `paths` contains one of these: a single pass rules most texts out. */
export const SECRET_ANCHORS =
  /PRIVATE KEY|A(?:KIA|SIA|Iza|ccountKey=|WS_SECRET)|aws_secret|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|k_live_|npm_|:_(?:auth|pass)|pypi-A|hvs\./;
