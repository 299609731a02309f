import { SECRET_PATTERNS } from "../secrets/secret-patterns.ts";

/** What stands where a secret was. */
const STRUCK_OUT = "***";

/** Names of variables, arguments and options whose values are nobody's business. docs/change.md has the same list. */
const SECRET_NAME =
  "(?:[A-Za-z0-9_.-]*[_.-])?(?:pass|passwd|password|passphrase|pwd|secret|token|credentials?|api_?key|access_?key|secret_?key|private_?key|auth_?key|signing_?key|encryption_?key)(?:[_.-][A-Za-z0-9_.-]*)?";
const VALUE = `"(?:\\\\[^]|[^"\\\\])*"|'[^']*'|[^\\s"';&|]+`;

/** `NAME=value`, of `ENV`, `ARG`, a shell or an option; never what is looked up elsewhere. */
const ASSIGNED = new RegExp(`(?<![A-Za-z0-9_$])(-{0,2}${SECRET_NAME}=)(?!["']?\\$)(?:${VALUE})`, "gi");
/** `--password value`, and `ENV TOKEN value` in the old form. */
const SPACED = new RegExp(`((?:--${SECRET_NAME}|\\b(?:ENV|ARG) +${SECRET_NAME})\\s+)(?![-$=])(?:${VALUE})`, "gi");
const HEADER = /(\bauthorization:\s*(?:(?:basic|bearer|token)\s+)?)[^\s"']+/gi;
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*:)[^\s@/"'$]+(?=@)/gi;
/** What builders put before a step's command: the number of build arguments, then these, without quotes around values that have spaces. */
const BUILD_ARGUMENTS = /(?<=^|\s)\|(\d+) +/;

/**
 * A step of a history with secrets struck out: values of build arguments, variables and options with telling names, passwords in URLs and headers, and what the documented
 * patterns know as keys and tokens. The same text when there are none.
 */
export function redact(step: string): string {
  const named = redactArguments(step)
    .replace(ASSIGNED, `$1${STRUCK_OUT}`)
    .replace(SPACED, `$1${STRUCK_OUT}`)
    .replace(HEADER, `$1${STRUCK_OUT}`)
    .replace(URL_PASSWORD, `$1${STRUCK_OUT}`);
  return SECRET_PATTERNS.filter(({ paths }) => paths === undefined).reduce(
    (text, { expression, shown }) => text.replace(expression, (match) => match.slice(0, shown) + STRUCK_OUT),
    named,
  );
}

/** Values may hold spaces: each goes on to the next argument, the last to the shell. */
function redactArguments(step: string): string {
  const found = BUILD_ARGUMENTS.exec(step);
  if (found === null) return step;
  const start = found.index + found[0].length;
  const shell = step.slice(start).search(/ \/\S+ |$/);
  const args = step.slice(start, start + shell).split(/ +(?=[A-Za-z_]\w*=)/);
  const secret = new RegExp(`^(${SECRET_NAME}=)[^]*$`, "i");
  return (
    step.slice(0, start) +
    args.map((arg) => arg.replace(secret, `$1${STRUCK_OUT}`)).join(" ") +
    step.slice(start + shell)
  );
}
