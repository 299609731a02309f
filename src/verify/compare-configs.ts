import type { Image } from "../image/image.ts";
import { type ExactJson, type ExactObject, formatExact, parseExact } from "./exact-json.ts";

/** A value that differs between two configs, as JSON text; null if absent. */
export interface ConfigDifference {
  /** Names joined by dots: `config.Env`, `config.Labels.version`. */
  readonly field: string;
  readonly source: string | null;
  readonly flat: string | null;
}

/** What may differ because it was asked for. */
export interface ConfigAllowance {
  /** Whether the flat image may have another time of creation, or the one that it has to have. */
  readonly created: boolean | string;
}

/** Fields about the layers, which differ in a flat image; they are not compared. */
export const UNCOMPARED_FIELDS: readonly string[] = ["rootfs", "history"];

/**
 * Compares the configs of two images value by value: numbers by their digits; `null`, empty and absent are different;
 * the order of names in objects does not matter.
 */
export function compareConfigs(source: Image, flat: Image, allowance: ConfigAllowance): ConfigDifference[] {
  const { created } = allowance;
  const asked = typeof created === "string" ? [["created", created] as const] : [];
  const was = new Map([...configOf(source), ...asked]);
  return differingValues(was, configOf(flat), (difference) => isAllowed(difference, source, allowance));
}

/**
 * Every value that differs between the configs of any two images, except those about layers and what builds leave
 * behind.
 */
export function differingConfigs(source: Image, flat: Image): ConfigDifference[] {
  return differingValues(configOf(source), configOf(flat), ({ names: [name = "", ...inner] }) => {
    return UNCOMPARED_FIELDS.includes(name) || LEFTOVERS.test(name) || (name === "config" && inner.join() === "Image");
  });
}

function differingValues(
  source: ExactObject,
  flat: ExactObject,
  isAllowed: (difference: ValueDifference) => boolean,
): ConfigDifference[] {
  const found = [...differencesOf(source, flat, [])];
  return found
    .filter((difference) => !isAllowed(difference))
    .map(({ names, source: was, flat: is }) => ({ field: fieldName(names), source: textOf(was), flat: textOf(is) }));
}

interface ValueDifference {
  /** Names of the objects around the value, outermost first, and of the value. */
  readonly names: readonly string[];
  readonly source: ExactJson | undefined;
  readonly flat: ExactJson | undefined;
}

function* differencesOf(
  source: ExactJson | undefined,
  flat: ExactJson | undefined,
  names: readonly string[],
): Generator<ValueDifference> {
  if (source instanceof Map && flat instanceof Map) {
    for (const name of new Set([...source.keys(), ...flat.keys()])) {
      yield* differencesOf(source.get(name), flat.get(name), [...names, name]);
    }
  } else if (textOf(source) !== textOf(flat)) yield { names, source, flat };
}

/** Whether flattening changes it, it was asked for, or R9.1 requires it. */
function isAllowed({ names, source, flat }: ValueDifference, { platform }: Image, allowance: ConfigAllowance): boolean {
  const [name = "", ...inner] = names;
  if (UNCOMPARED_FIELDS.includes(name)) return true;
  if (name === "config" && inner.join() === "Image") return flat === undefined;
  if (inner.length > 0) return false;
  if (name === "created") return allowance.created === true;
  const missing = source === undefined || source === null || source === "";
  const filledIn = missing && (name === "os" || name === "architecture" || name === "variant");
  if (filledIn) return flat === platform[name];
  return flat === undefined && LEFTOVERS.test(name);
}

/** Fields about the images and the build that the old layers came from. */
const LEFTOVERS =
  /^(?:container|container_config|id|parent|Size|throwaway|moby\.buildkit\.cache\.v0|moby\.buildkit\.buildinfo\..*)$/;

function configOf({ config }: Image): ExactObject {
  return parseExact(new TextDecoder().decode(config.bytes)) as ExactObject;
}

function textOf(value: ExactJson | undefined): string | null {
  return value === undefined ? null : formatExact(value);
}

/** `config.Env`; names that are not a word are in brackets. */
function fieldName(names: readonly string[]): string {
  const parts = names.map((name) => (/^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`));
  return parts.join("").replace(/^\./, "");
}
