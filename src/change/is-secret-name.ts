/** Words in names of variables, arguments and options whose values are secret. docs/change.md has the same list. */
const SECRET_WORD =
  /(?:^|[_.-])(?:pass|passwd|password|passphrase|pwd|passin|passout|storepass|keypass|requirepass|secret|token|bearer|creds|credentials?|(?:api|access|secret|private|auth|signing|encryption)[_.-]?key)(?=$|[_.-])/i;
/** Also without a separator before it, as in `PGPASSWORD`. */
const PASSWORD = /(?:passwd|password|passphrase)$/i;
/** The last words of a name such as `authToken`. */
const LAST_WORDS =
  /[a-z\d](?:Pwd|Secret|Token|Creds|Credentials?|(?:Api|Access|Secret|Private|Auth|Signing|Encryption)Key)$/;
/** npm's user and password in one. */
const NPM_AUTH = /^_auth$/;
/** Names that say where a password comes from, or that there is none. */
const NO_SECRET = /^-*(?:no|disabled)-|[_-](?:stdin|file)$/i;

/** Whether a name suggests that its value is a secret. */
export function isSecretName(name: string): boolean {
  return !NO_SECRET.test(name) && [SECRET_WORD, PASSWORD, LAST_WORDS, NPM_AUTH].some((each) => each.test(name));
}
