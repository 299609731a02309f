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

/** Not the next option, another command, or a `$` reference. */
const VALUE = /(?=["'](?!\$)|[^\s"';&|$=-])/;
/** The other arguments of a command. */
const ARGUMENTS = /(?:\s[^;&|]{0,200}?)?\s/;
const CONFIG = /\b(?:config|npm\s+set)(?:\s+(?:set|-{1,2}[\w-]{1,40})){0,8}\s+/;
const KEY = /(?<name>'[^'\n]{1,200}'|"[^"\n]{1,200}"|[^\s"';&|=]{1,200})/;
/** The user before a colon and the password; not the scheme of a URL. */
const USER = /(?<quote>["']?)(?!-)[^\s:"'$;&|/]{1,100}:(?!\/\/)/;

/** Every place. docs/change.md has the same list. */
export const COMMAND_SECRETS: readonly CommandSecret[] = [
  { before: joined(CONFIG, KEY, /\s+/, VALUE), tells: isSecretKey },
  { before: joined(CONFIG, /["']?http-basic\.[^\s"']{1,200}["']?\s+[^\s;&|]{1,100}\s+/, VALUE) },
  { before: joined(/\bbundle\s+/, CONFIG, /[^\s-]\S{0,200}\s+/, USER, VALUE) },
  {
    before: joined(
      /\b(?:docker|podman|nerdctl|buildah|skopeo|oras|helm\s+registry|crane\s+auth|az|oc)\s+login/,
      ARGUMENTS,
      /-p[\s=]*/,
      VALUE,
    ),
  },
  { before: joined(/\bsshpass\s+-p\s*/, VALUE) },
  { before: joined(/\b(?:mysql|mysqladmin|mysqldump|mariadb|mariadb-admin|mariadb-dump)/, ARGUMENTS, /-p/, VALUE) },
  { before: joined(/\bredis-cli/, ARGUMENTS, /-a\s+/, VALUE) },
  { before: joined(/\bcurl/, ARGUMENTS, /(?:-[a-zA-Z]{0,8}u\s*|--(?:proxy-)?user[\s=]+)/, USER, VALUE) },
  {
    before: joined(/(?:\s-H|--header|extra[hH]eader)[\s=]*(?<quote>["']?)(?<name>[\w-]{1,100}):\s*/, VALUE),
    tells: (name) => isSecretName(name) || /^x-jfrog-art-api$/i.test(name),
  },
  { before: joined(/\b(?:echo|printf)\s+/, USER, VALUE, /(?=[^\n|]{1,200}\|\s*(?:sudo\s+)?chpasswd\b)/) },
  { before: /\b(?:identified\s+by|password)[\s(]+(?='(?!\$))/gi },
  { before: joined(/(?:\b|\\n)login\s+\S{1,100}?(?:\s|\\n)+password\s+/, VALUE) },
  { before: /"(?<name>[\w.-]{1,100})"\s*:\s*(?="(?!\$))/g, tells: isSecretName },
];

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
