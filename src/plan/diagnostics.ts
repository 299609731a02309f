import type { Diagnostic } from "../diagnostic.ts";
import { type ImageCode, ImageInvalidError } from "../errors.ts";
import type { PlanOptions } from "./merge-plan.ts";
import { PROFILES, type ProfileRules } from "./profile.ts";

/** The message of a rule: what was found, and what was done about it, which may depend on the profile. */
interface Row {
  readonly found: string;
  readonly done: string | ((rules: ProfileRules) => string);
  /** Set on the rows that `strict` makes errors. */
  readonly code?: ImageCode;
}

/**
 * The rows of the divergence table and the other rules that users should know about, by id. Those that a single entry
 * shows (D16, R2.2, R2.3) are reported by scan.
 */
const ROWS = {
  D1: {
    found: "An opaque whiteout in the root directory, which engines with overlayfs ignore",
    done: ({ D1 }) => (D1 === "ignore" ? "ignored" : "everything lower is hidden"),
  },
  D2: {
    found: "A directory after its own whiteout in one layer",
    done: ({ D2 }) => (D2 === "merge" ? "what it held below shows again" : "what it held below stays hidden"),
  },
  D3: {
    found: "A layer changes something in a directory that it does not list itself",
    done: ({ D3 }) =>
      D3 === "keep" ? "the directory keeps its metadata" : "the directory becomes 0755 0:0 without xattrs",
  },
  D4: {
    found: "A path through a symbolic link of a lower layer",
    done: ({ D4 }) => (D4 === "replace" ? "a directory replaces the link" : "the link is followed"),
  },
  D5: {
    found: "A hard link to a file that only a lower layer has, which most engines refuse",
    done: "linked to that file",
    code: "LINK_DANGLING",
  },
  D6: {
    found: "A whiteout of something that its own layer added earlier, which most engines refuse",
    done: "the entry is kept, what is below it is hidden",
    code: "WHITEOUT_INVALID",
  },
  D7: {
    found: "An entry below something that its own layer removed earlier, which most engines refuse",
    done: "a new directory holds it",
    code: "WHITEOUT_INVALID",
  },
  D8: {
    found: "A path twice in one layer, which some engines refuse",
    done: "the last one is used",
    code: "TAR_INVALID",
  },
  D9: {
    found: "A character device 0:0, which is a whiteout for overlayfs",
    done: ({ D9 }) => (D9 === "whiteout" ? "taken as a whiteout" : "kept as a device"),
  },
  D10: {
    found: "An xattr trusted.overlay.*, which belongs to overlayfs",
    done: ({ D10 }) =>
      D10 === "ignore" ? "dropped without effect" : "obeyed where it makes a directory opaque, dropped",
  },
  D11: { found: "An entry for the root directory, which some engines ignore", done: "kept as `./`" },
  D12: {
    found: "A hard link whose header has other metadata than its target",
    done: ({ D12 }) => (D12 === "first" ? "the target's metadata is used" : "the link's metadata is used"),
  },
  D13: {
    found: "A whiteout in a directory that does not exist",
    done: ({ D13 }) => (D13 === "create" ? "the directory is created" : "ignored"),
  },
  D14: {
    found: "A path through something lower that is not a directory, two levels deep, which some engines refuse",
    done: "directories replace it",
    code: "TAR_INVALID",
  },
  D15: {
    found: "A path through a symbolic link that dangles or leaves the root, which some engines refuse",
    done: "the link is followed inside the root, and its target created as a directory",
    code: "TAR_INVALID",
  },
  "R3.5": {
    found: "A hard link to something that its own layer removed, which is a whiteout for overlayfs",
    done: "the link is a whiteout too",
  },
  "R3.6": {
    found: "A hard link without the capability that its target has: engines drop it",
    done: ({ D12 }) => (D12 === "first" ? "kept, as the profile ignores the metadata of links" : "dropped"),
  },
  "R5.9": {
    found: "A directory whose name begins with .wh.",
    done: "left without an entry of its own: it is created as 0755 0:0 by what is in it",
  },
  "R5.11": {
    found: "Entries that inherited a default ACL are in a directory that now has another one, or none",
    done: "written as they are: the ACLs that engines let them inherit may differ",
  },
  "R6.7": {
    found: "A hard link to a file of a layer below the range",
    done: "the file is written into the range's layer too, with all its names: no layer can link to another one's file",
  },
  "xattr-unsupported": {
    found: "An xattr user.* on a symbolic link, a device or a fifo, which no filesystem can hold",
    done: "dropped",
  },
  "xattr-reserved": { found: "An xattr user.overlay.*, which overlayfs may act on", done: "dropped" },
} as const satisfies Readonly<Record<string, Row>>;

export type PlanRule = keyof typeof ROWS;

/** Collects the diagnostics of a plan. */
export class Findings {
  readonly list: Diagnostic[] = [];
  readonly #strict: boolean;
  readonly #rules: ProfileRules;
  readonly #messages = new Map<PlanRule, string>();
  #quiet = false;

  constructor({ strict, profile }: Pick<PlanOptions, "strict" | "profile">) {
    this.#strict = strict;
    this.#rules = PROFILES[profile];
  }

  /** Runs `happen` without recording anything: what a kept layer does is not changed, and so is not reported. */
  quietly(happen: () => void): void {
    this.#quiet = true;
    happen();
    this.#quiet = false;
  }

  /**
   * Records that a rule was applied to an entry.
   * @throws ImageInvalidError with the row's code, when the row is marked strict and the options are
   */
  report(rule: PlanRule, layer: number, path: string): void {
    if (this.#quiet) return;
    const row: Row = ROWS[rule];
    if (this.#strict && row.code !== undefined) {
      throw new ImageInvalidError(row.code, row.found, { details: { layer, entry: path, rule } });
    }
    this.list.push({ rule, message: this.#message(rule, row), strict: row.code !== undefined, layer, path });
  }

  /** The same string object for all diagnostics of a rule. */
  #message(rule: PlanRule, row: Row): string {
    const known = this.#messages.get(rule);
    if (known !== undefined) return known;
    const message = `${row.found}: ${typeof row.done === "string" ? row.done : row.done(this.#rules)}`;
    this.#messages.set(rule, message);
    return message;
  }
}
