/** Words in names of variables, arguments and options whose values are secret. docs/change.md has the same list. */
const SECRET_WORD =
  /(?:^|[_.-])(?:pass|passwd|password|passphrase|pwd|secret|token|credentials?|(?:api|access|secret|private|auth|signing|encryption)[_.-]?key)(?=$|[_.-])/i;

/** Whether a name suggests that its value is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_WORD.test(name);
}
