import { SECRET_PATTERNS } from "../secrets/secret-patterns.ts";
import { COMMAND_SECRETS, type CommandSecret } from "./command-secrets.ts";
import { isSecretName } from "./is-secret-name.ts";
import { mapLists } from "./map-lists.ts";
import { endOf, endOfQuoted } from "./scan-text.ts";

/** What stands where a secret was. */
const STRUCK_OUT = "***";

// A step may be as long as a config: each of these is tried once a run of characters, so that time grows with length
// and no faster.

/** A possible name of a variable, an argument or an option, with its dashes. */
const NAME = /(?<![\w.-])[\w.-]+/g;
/**
 * After a name: `=value`, as in `ENV`, `ARG`, a shell or an option, unless the value is a `$` reference. An unclosed
 * quote extends to the end.
 */
const ASSIGNED = /=(?!["']?\$)(?="|'|[^\s"';&|])/y;
/** After a name: ` value`, in `--password value`, and `ENV TOKEN value` in the old form. */
const SPACED = /\s+(?=["']|[^\s"';&|$=-])/y;
const WORD = /[^\s"';&|]+/y;
const HEADER = /(\bauthorization:\s*(?:(?:basic|bearer|token)\s+)?)[^\s"']+/gi;
const URL_PASSWORD = /((?<=[\w+.-]):\/\/[^\s:/@"']*:)[^\s@/"'$]+(?=@)/g;
/** A token in the place of a user, as in `https://TOKEN@host`: longer than names of users are. */
const URL_TOKEN = /(?<=[\w+.-]:\/\/)\w{20,}(?=@)/g;
/**
 * What builders put before a step's command: the number of build arguments, then the arguments, whose values are not
 * quoted even if they have spaces.
 */
const BUILD_ARGUMENTS = /(?<=^|\s)\|(\d+) +/;
/** `ENV` and `ARG`, whose values builders also write without quotes. */
const DECLARATION = /^(?:\/bin\/sh -c #\(nop\) +)?(?:ENV|ARG) +/i;
/** `NAME value`, the old form of `ENV`, where the value is all the rest. */
const OLD_FORM = /^[A-Za-z_]\w*\s+(?=[^\s=$"'])/;

/**
 * A history step with its secrets replaced: values of build arguments, variables, options and settings with names that
 * suggest a secret, what common commands take without such a name, passwords in URLs and headers, and what the
 * documented patterns match. The same text if there are none. Takes time in proportion to its length.
 */
export function redact(step: string): string {
  const named = redactNamed(redactCommands(mapLists(redactArguments(step), redactWords), endInShell))
    .replace(HEADER, `$1${STRUCK_OUT}`)
    .replace(URL_PASSWORD, `$1${STRUCK_OUT}`)
    .replace(URL_TOKEN, STRUCK_OUT);
  return SECRET_PATTERNS.filter(({ paths }) => paths === undefined).reduce(
    (text, { expression, rest, shown }) =>
      text.replace(
        rest === undefined ? expression : new RegExp(expression.source + rest.source, "g"),
        (match) => match.slice(0, shown).trimEnd() + STRUCK_OUT,
      ),
    named,
  );
}

/** Values may contain spaces: each extends to the next argument, the last one to the shell, if there is one. */
function redactArguments(step: string): string {
  const build = BUILD_ARGUMENTS.exec(step);
  const found = build ?? DECLARATION.exec(step);
  if (found === null) return step;
  const start = found.index + found[0].length;
  const rest = step.slice(start);
  const old = build === null ? OLD_FORM.exec(rest)?.[0] : undefined;
  if (old !== undefined) return isSecretName(old.trimEnd()) ? step.slice(0, start) + old + STRUCK_OUT : step;
  const end = build === null ? rest.length : rest.search(/ \/\S+ |$/);
  const pieces = rest.slice(0, end).split(/((?<! ) +(?=[A-Za-z_]\w*=))/);
  const redacted = pieces.map((piece) => (build === null && QUOTED.test(piece) ? piece : redactArgument(piece)));
  return step.slice(0, start) + redacted.join("") + rest.slice(end);
}

const OPTION = /^--?([\w.-]+)$/;
const ASSIGNMENT = /^(-{0,2}([\w.-]+)=)[^$]/;

/** White space to the patterns of commands, and in no word of any. */
const WORD_END = "\u2028";

/** The words of a command as a list: a value is all of a word, or all after its `=`, except in the script of `-c`. */
function redactWords(words: readonly string[]): string[] {
  const line = redactCommands(words.join(WORD_END), endInList).split(WORD_END);
  const known = line.length === words.length ? line : words;
  return known.map((word, at) => {
    const before = words[at - 1] ?? "";
    if (before === "-c") return redactNamed(word);
    const [, option = ""] = OPTION.exec(before) ?? [];
    if (isSecretName(option) && !/^[-$]/.test(word)) return STRUCK_OUT;
    const [, start = "", name = ""] = ASSIGNMENT.exec(word) ?? [];
    return isSecretName(name) ? start + STRUCK_OUT : word;
  });
}

/** A value in quotes, or a `$` reference: left to {@link redactNamed}. */
const QUOTED = /^\w+=["'$]/;

function redactArgument(argument: string): string {
  const end = argument.indexOf("=");
  const name = argument.slice(0, end);
  return end !== -1 && /^[\w.-]+$/.test(name) && isSecretName(name) ? `${name}=${STRUCK_OUT}` : argument;
}

/** Goes from name to name once; the whole value of a name that suggests a secret is skipped. */
function redactNamed(text: string): string {
  const kept: string[] = [];
  let done = 0;
  let previous: Name | undefined;
  for (NAME.lastIndex = 0; ; ) {
    const found = NAME.exec(text);
    if (found === null) return kept.join("") + text.slice(done);
    const name = { text: found[0], start: found.index, end: found.index + found[0].length };
    const value = secretValue(text, name, previous);
    previous = name;
    if (value === undefined) continue;
    kept.push(text.slice(done, value.start), STRUCK_OUT);
    done = value.end;
    NAME.lastIndex = value.end;
  }
}

interface Name {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Value {
  readonly start: number;
  readonly end: number;
}

function secretValue(text: string, name: Name, previous: Name | undefined): Value | undefined {
  const assigned = endOf(ASSIGNED, text, name.end);
  if (assigned !== undefined) return isSecretName(assignedName(text, name)) ? valueAt(text, assigned) : undefined;
  const spaced = endOf(SPACED, text, name.end);
  if (spaced === undefined) return undefined;
  const option = name.text.startsWith("-") ? 0 : name.text.indexOf("--");
  const tells = option !== -1 && isSecretName(name.text.slice(option));
  const declared = previous !== undefined && isDeclaration(text, previous, name) && isSecretName(name.text);
  return tells || declared ? valueAt(text, spaced) : undefined;
}

/**
 * The name that is assigned to. After a dollar sign, that is only the part after a dot or a dash: the rest is a
 * reference.
 */
function assignedName(text: string, { text: name, start }: Name): string {
  if (text[start - 1] !== "$") return name;
  const part = name.search(/[.-]/);
  return part === -1 ? "" : name.slice(part);
}

/** `ENV NAME` or `ARG NAME`, or `set NAME` as in `aws configure set`. */
function isDeclaration(text: string, { text: word, end }: Name, { start }: Name): boolean {
  return /(?:^|[.-])(?:env|arg|set)$/i.test(word.slice(-4)) && /^ +$/.test(text.slice(end, start));
}

function valueAt(text: string, start: number): Value {
  if (text[start] === '"') return { start, end: endOfQuoted(text, start + 1) };
  if (text[start] !== "'") return { start, end: endOf(WORD, text, start) ?? start };
  const end = text.indexOf("'", start + 1);
  return { start, end: end === -1 ? text.length : end + 1 };
}

/** Where a value ends. It begins at `start`, what announces it at `from`, and `quote` is what it is within, if any. */
type ValueEnd = (text: string, place: { from: number; start: number; quote: string }) => number;

const endInShell: ValueEnd = (text, { start, quote }) =>
  quote === "" ? valueAt(text, start).end : endWithin(quote, text, start);

/** All of a word belongs to the value, unless the word is a script, which has the command, too. */
const endInList: ValueEnd = (text, place) => {
  const { from, start } = place;
  const next = text.indexOf(WORD_END, start);
  const end = next === -1 ? text.length : next;
  return text.slice(from, start).includes(WORD_END) ? end : Math.min(end, endInShell(text, place));
};

function redactCommands(text: string, valueEnd: ValueEnd): string {
  return COMMAND_SECRETS.reduce((redacted, secret) => redactCommand(redacted, secret, valueEnd), text);
}

function redactCommand(text: string, { before, tells }: CommandSecret, valueEnd: ValueEnd): string {
  const kept: string[] = [];
  let done = 0;
  for (const match of text.matchAll(before)) {
    const start = match.index + match[0].length;
    const { name = "", quote = "" } = match.groups ?? {};
    if (match.index < done || tells?.(name) === false) continue;
    kept.push(text.slice(done, start), STRUCK_OUT);
    done = valueEnd(text, { from: match.index, start, quote });
  }
  return kept.join("") + text.slice(done);
}

/** Where the quote ends that a value is within. */
function endWithin(quote: string, text: string, start: number): number {
  const end = quote === '"' ? endOfQuoted(text, start) - 1 : text.indexOf(quote, start);
  return text[end] === quote ? end : text.length;
}
