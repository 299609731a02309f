import { isSecretName } from "./is-secret-name.ts";

/** A place where commands in common use have a secret that no name before it announces. */
export interface CommandSecret {
  /**
   * What ends where the secret begins; global, for matchAll. The group `quote` is the quote that the secret is within,
   * if it does not begin with one. Repetitions are bounded, so that it takes time in proportion to the text.
   */
  readonly before: RegExp;
  /** Whether the group `name` names a secret; without this, every match is followed by one. */
  tells?(name: string): boolean;
}

/** A hash as in /etc/shadow; or not empty, the next option, a redirection, another command, or `$` or backticks. */
const VALUE = /(?=["']?\$(?:[1567y]|2[aby])\$[\w./]|'(?![$'])|"(?![$"`])|[^\s"'`;&|<>$=-])/;
/** The other arguments of a command, which ends with the line, except after a backslash. */
const ARGUMENTS = /(?:[^\S\n](?:[^;&|\n]|\\\n){0,200}?)?\s/;
const CONFIG = /\b(?:config|npm\s+set)(?:\s+(?:set|-{1,2}[\w-]{1,40})){0,8}\s+/;
const KEY = /(?<name>'[^'\n]{1,200}'|"[^"\n]{1,200}"|[^\s"';&|=]{1,200})/;
/** The user before a colon and the password; not the scheme of a URL. */
const USER = /(?<quote>["']?)(?!-)[^\s:"'$;&|/]{1,100}:(?!\/\/)/;

/** As in `echo PASSWORD | passwd --stdin root`, and `printf '%s' PASSWORD`. */
const ECHO = /\b(?:echo\s+(?:-[a-zA-Z]{1,3}\s+)?|printf\s+(?:["']?%s(?:\\n)?["']?\s+)?)(?!["']?%)/;
/** With `b` among its options, htpasswd takes a password after the user; with `n`, no file before the user. */
const HTPASSWD = /\bhtpasswd(?=[^;&|\n]{0,50}?\s-\w{0,8}b)/;
const HTPASSWD_OPTIONS = /(?:\s+(?:-\w{1,9}|\d{1,2})){1,6}\s+(?!-|\d{1,2}\s)/;
const WORD = /[^\s;&|]{1,200}\s+/;

/** Every place. docs/change.md has the same list. */
export const COMMAND_SECRETS: readonly CommandSecret[] = [
  { before: joined(CONFIG, KEY, /\s+/, VALUE), tells: isSecretKey },
  { before: joined(CONFIG, /["']?http-basic\.[^\s"']{1,200}["']?\s+[^\s;&|]{1,100}\s+/, VALUE) },
  { before: joined(/\bbundle\s+/, CONFIG, /[^\s-]\S{0,200}\s+/, USER, VALUE) },
  after(/(?:docker|podman|nerdctl|buildah|skopeo|oras|helm\s+registry|crane\s+auth|az|oc)\s+login/, /-p[\s=]*/),
  { before: joined(/\bvault\s+login(?:\s+-[\w-]{1,40}(?:=[^\s;&|]{1,200})?){0,8}\s+(?!\w+=)/, VALUE) },
  { before: joined(/\bsshpass\s+-p\s*/, VALUE) },
  after(/(?:mysql|mysqladmin|mysqldump|mariadb|mariadb-admin|mariadb-dump)/, /-p/),
  after(/(?:mysqladmin|mariadb-admin)/, /password\s+/),
  after(/mongo(?:sh|dump|restore|import|export)?/, /-p\s+(?!\d+:)/),
  after(/redis-cli/, /-a\s+/),
  after(/sqlcmd/, /-P\s*/),
  after(/ldap(?:add|delete|modify|passwd|search|whoami)/, /-w\s*/),
  after(/rabbitmqctl/, /(?:add_user|change_password)\s+[^\s;&|]{1,200}\s+/),
  after(/(?:un)?zip/, /-[a-zA-Z]{0,8}P\s+/),
  after(/(?:7z[arz]?|(?:un)?rar)/, /-h?p/),
  after(/(?:user|group)(?:add|mod)/, /-[a-zA-Z]{0,8}p\s+/),
  { before: joined(/\bopenssl\s+passwd(?:\s+-(?:[156]|apr1|crypt|salt\s+[^\s;&|]{1,40})){1,4}\s+/, VALUE) },
  { before: joined(HTPASSWD, /(?=[^;&|\n]{0,50}?\s-\w{0,8}n)/, HTPASSWD_OPTIONS, WORD, VALUE) },
  { before: joined(HTPASSWD, /(?![^;&|\n]{0,50}?\s-\w{0,8}n)/, HTPASSWD_OPTIONS, WORD, WORD, VALUE) },
  { before: joined(/\bcurl/, ARGUMENTS, /(?:-[a-zA-Z]{0,8}u\s*|--(?:proxy-)?user[\s=]+)/, USER, VALUE) },
  {
    before: joined(/(?:\s-H|--header|extra[hH]eader)[\s=]*(?<quote>["']?)(?<name>[\w-]{1,100}):\s*/, VALUE),
    tells: (name) => isSecretName(name) || /^x-jfrog-art-api$/i.test(name),
  },
  { before: joined(ECHO, USER, /(?!%)/, VALUE, /(?=[^\n|]{1,200}\|\s*(?:sudo\s+)?(?:\/usr\/s?bin\/)?chpasswd\b)/) },
  { before: joined(/\bchpasswd(?:\s+-[\w-]{1,40}){0,4}\s*<<<\s*/, USER, VALUE) },
  { before: joined(ECHO, VALUE, /(?=[^\n;&|]{1,200}\|\s*(?:sudo\s+)?(?:\/usr\/s?bin\/)?passwd\b)/) },
  { before: joined(ECHO, VALUE, /(?=[^\n;&|]{1,200}\|[^\n;&|]{1,200}?\s--(?:password-stdin\b|passphrase-fd[\s=]0))/) },
  { before: /\b(?:identified\s+by|password)[\s(]+(?='(?!\$))/gi },
  { before: joined(/(?:\b|\\n)login\s+\S{1,100}?(?:\s|\\n)+password\s+/, VALUE) },
  { before: /"(?<name>[\w.-]{1,100})"\s*:\s*(?="(?!\$))/g, tells: isSecretName },
];

/** What follows an option or a word of a command, wherever that is among the arguments. */
function after(command: RegExp, option: RegExp): CommandSecret {
  return { before: joined(/(?<![\w.:-])/, command, ARGUMENTS, option, VALUE) };
}

function joined(...parts: readonly RegExp[]): RegExp {
  return new RegExp(parts.map(({ source }) => source).join(""), "g");
}

/** Keys such as `user.password`, `//host/:_authToken`, `npmScopes.team.npmAuthToken`, and composer's tokens. */
function isSecretKey(key: string): boolean {
  const bare = key.replace(/^["']|["']$/g, "");
  const last = /[\w-]*$/.exec(bare)?.[0] ?? "";
  if (/^set-/.test(bare)) return false;
  return isSecretName(last) || /^(?:github-oauth|gitlab-oauth|gitlab-token|bearer|pypi-token)\./.test(bare);
}
