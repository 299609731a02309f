/**
 * Query parameters that the protocols themselves define and that carry no secret. distribution-spec spec.md;
 * distribution's token protocol
 */
const SHOWN: ReadonlySet<string> = new Set(["digest", "mount", "from", "service", "scope", "client_id", "n", "last"]);

/** A server's text is cut to this many characters. */
const MAX_TEXT = 300;

/**
 * A URL as it may be shown: without user, password and fragment, and with all query values except harmless ones
 * replaced, because signed URLs and upload states are credentials. Every URL in a message of this transport passes
 * through here.
 */
export function redactUrl(url: URL | string): string {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (parsed === undefined) return "(an invalid URL)";
  const query = [...parsed.searchParams].map(([key, value]) => `${key}=${SHOWN.has(key) ? value : "REDACTED"}`);
  const host = parsed.host === "" ? "" : `//${parsed.host}`;
  return printable(`${parsed.protocol}${host}${parsed.pathname}${query.length === 0 ? "" : `?${query.join("&")}`}`);
}

/** A text from a server on one line: control and format characters replaced, and cut at 300 characters. */
export function printable(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}

/** The credentials that a session has sent, so that no message contains a server's text that repeats them. */
export class Secrets {
  readonly #values = new Set<string>();

  /** Very short values are left out: they occur in any text, and withholding that would reveal them. */
  add(...values: readonly (string | undefined)[]): void {
    for (const value of values) if (value !== undefined && value.length > 3) this.#values.add(value);
  }

  /** The text made {@link printable}, or a remark instead if it repeats a credential. */
  show(text: string): string {
    for (const value of this.#values) if (text.includes(value)) return "(withheld: it repeats a credential)";
    return printable(text);
  }
}
