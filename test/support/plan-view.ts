import { ImageInvalidError } from "../../src/errors.ts";
import type { PlanOptions } from "../../src/plan/merge-plan.ts";
import { type NaiveMember, readNaively } from "./naive-tar.ts";
import { planStack } from "./plan-stack.ts";
import type { LayerFixture } from "./tar-fixture.ts";

type Layers = readonly LayerFixture[];
type Options = Partial<PlanOptions>;

/**
 * The flat tar in output order, a path and a few words per entry: `dir`, `file CONTENT`, `symlink TARGET`,
 * `link LEADER`, `char 1:3`.
 */
export function view(layers: Layers, options: Options = {}): Record<string, string> {
  const members = readNaively(planStack(layers, options).tar);
  return Object.fromEntries(members.map((member) => [member.name.replace(/(?<=[^.])\/$/, ""), memberWords(member)]));
}

/** The paths of the flat tar in output order. */
export function paths(layers: Layers, options: Options = {}): string[] {
  return readNaively(planStack(layers, options).tar).map((member) => member.name);
}

/** One member of the flat tar, by its name there. */
export function member(layers: Layers, name: string, options: Options = {}): NaiveMember {
  const found = readNaively(planStack(layers, options).tar).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`not in the flat tar: ${name}`);
  return found;
}

/** Diagnostics as `RULE LAYER PATH`, strict ones with a `!` at the end. */
export function findings(layers: Layers, options: Options = {}): string[] {
  const { diagnostics } = planStack(layers, options).plan;
  return diagnostics.map(({ rule, layer, path, strict }) => `${rule} ${layer} ${path}${strict ? " !" : ""}`);
}

/** Hidden entries as `LAYER.ORDINAL REASON`, with `by LAYER.ORDINAL` where something hides them. */
export function hidden(layers: Layers, options: Options = {}): string[] {
  return [...planStack(layers, options).plan.hidden].map(
    ({ layer, ordinal, reason, by }) =>
      `${layer}.${ordinal} ${reason}${by === undefined ? "" : ` by ${by.layer}.${by.ordinal}`}`,
  );
}

/** The error for which a stack is refused: code, rule, layer and entry. */
export function refusal(layers: Layers, options: Options = {}): Record<string, unknown> {
  try {
    planStack(layers, options);
  } catch (error) {
    if (!(error instanceof ImageInvalidError)) throw error;
    const { rule, layer, entry } = error.details;
    return { code: error.code, rule, layer, entry };
  }
  throw new Error("the stack was not refused");
}

/** What a member is, in a few words. */
export function memberWords({ typeflag, content, linkname, major, minor }: NaiveMember): string {
  switch (typeflag) {
    case "1":
      return `link ${linkname}`;
    case "2":
      return `symlink ${linkname}`;
    case "3":
      return `char ${major}:${minor}`;
    case "4":
      return `block ${major}:${minor}`;
    case "5":
      return "dir";
    case "6":
      return "fifo";
    default:
      return content === "" ? "file" : `file ${content}`;
  }
}
