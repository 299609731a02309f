/** Looks a variable up; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** What is wrong with a text; the message continues the name of its instruction. */
export class WordFault extends Error {}

/**
 * A word as Docker's builder reads it: quotes and backslashes are removed, `$NAME` and `${NAME}` replaced except in
 * single quotes, with `:-`, `-`, `:+`, `+`, `:?` and `?`. Dockerfile reference, Environment replacement
 * @throws WordFault
 */
export function expand(text: string, lookup: Lookup): string {
  return new Expansion(text, lookup).run();
}

class Expansion {
  readonly #text: string;
  readonly #lookup: Lookup;
  #at = 0;

  constructor(text: string, lookup: Lookup) {
    this.#text = text;
    this.#lookup = lookup;
  }

  run(end = ""): string {
    let word = "";
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? "";
      if (end !== "" && char === end) return word;
      this.#at += 1;
      if (char === "'") word += this.#single();
      else if (char === '"') word += this.#double();
      else if (char === "$") word += this.#variable();
      else if (char === "\\") word += this.#text[this.#at++] ?? "";
      else word += char;
    }
    if (end !== "") throw new WordFault(`a ${end} is missing`);
    return word;
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end === -1) throw new WordFault("a single quote is not closed");
    const word = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return word;
  }

  #double(): string {
    let word = "";
    for (;;) {
      const char = this.#text[this.#at++];
      if (char === undefined) throw new WordFault("a double quote is not closed");
      if (char === '"') return word;
      if (char === "$") word += this.#variable();
      else if (char === "\\" && /["$\\]/.test(this.#text[this.#at] ?? "")) word += this.#text[this.#at++];
      else word += char;
    }
  }

  #variable(): string {
    if (this.#text[this.#at] !== "{") {
      const name = this.#name();
      return name === "" ? "$" : (this.#lookup(name) ?? "");
    }
    this.#at += 1;
    const name = this.#name();
    const [, operator = ""] = /^(:?[-+?])/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += operator.length;
    const closed = this.#text[this.#at] === "}";
    if (name === "" || (operator === "" && !closed))
      throw new WordFault("a substitution that is not supported: use :-, -, :+, +, :? or ?");
    const word = this.run("}");
    this.#at += 1;
    return substitute(name, this.#lookup(name), { operator, word });
  }

  /** A name, or one of the parameters that only shells have. */
  #name(): string {
    const [name = ""] = /^(?:[\p{L}_][\p{L}\p{Nd}_]*|\p{Nd}+|[@*#?$!-])/u.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += name.length;
    return name;
  }
}

interface Modifier {
  readonly operator: string;
  readonly word: string;
}

function substitute(name: string, value: string | undefined, { operator, word }: Modifier): string {
  const given = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  if (operator.endsWith("-")) return given ? (value ?? "") : word;
  if (operator.endsWith("+")) return given ? word : "";
  if (operator.endsWith("?") && !given) throw new WordFault(`${name}: ${word || "not set"}`);
  return value ?? "";
}
