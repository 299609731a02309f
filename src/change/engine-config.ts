import * as v from "valibot";
import { variableName } from "../oci/config.ts";
import { checkJson, looseJson, stringMapSchema } from "../oci/json.ts";

/**
 * The `config` object of an image while it is being changed: how engines run its containers. Other properties stay as
 * they are. image-spec config.md#properties
 */
export interface EngineConfig {
  Env?: readonly string[] | null | undefined;
  Cmd?: readonly string[] | null | undefined;
  Entrypoint?: readonly string[] | null | undefined;
  Shell?: readonly string[] | null | undefined;
  OnBuild?: readonly string[] | null | undefined;
  Labels?: Readonly<Record<string, string>> | null | undefined;
  ExposedPorts?: Readonly<Record<string, object>> | null | undefined;
  Volumes?: Readonly<Record<string, object>> | null | undefined;
  User?: string | undefined;
  WorkingDir?: string | undefined;
  StopSignal?: string | undefined;
  Healthcheck?: Healthcheck | null | undefined;
  ArgsEscaped?: boolean | undefined;
}

/** Durations are in nanoseconds; Docker's own. */
export interface Healthcheck {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/**
 * Checks the form of what changes may touch, which nothing else reads.
 * @throws ImageInvalidError CONFIG_INVALID for what no engine reads, or reads under another spelling of a name
 */
export function checkEngineConfig(config: unknown): void {
  checkJson(v.object({ config: engineSchema }), { config }, { what: "image config", code: "CONFIG_INVALID" });
}

const list = v.nullish(v.array(v.string()));
/** Docker also reads a text, which its first versions wrote. */
const command = v.nullish(v.union([v.string(), v.array(v.string())], "expected a list of strings"));
const text = v.nullish(v.string());
const object = v.nullish(v.custom((value) => typeof value === "object" && !Array.isArray(value), "expected an object"));

const engineSchema = looseJson({
  Env: list,
  Cmd: command,
  Entrypoint: command,
  Shell: list,
  OnBuild: list,
  Labels: v.nullish(stringMapSchema),
  ExposedPorts: object,
  Volumes: object,
  User: text,
  WorkingDir: text,
  StopSignal: text,
  Healthcheck: object,
  ArgsEscaped: v.nullish(v.boolean()),
});

/** Sets a variable in its place, or at the end if it is new. Of several with that name, the last counts and is set. */
export function setVariable(config: EngineConfig, name: string, value: string): void {
  const env = config.Env ?? [];
  const at = env.findLastIndex((variable) => variableName(variable) === name);
  config.Env = at === -1 ? [...env, `${name}=${value}`] : env.with(at, `${name}=${value}`);
}

/** Removes variables; those that are not there are ignored. */
export function unsetVariables(config: EngineConfig, names: readonly string[]): void {
  if (config.Env) config.Env = config.Env.filter((variable) => !names.includes(variableName(variable)));
}

/** The value of a variable; of equal names the last counts. */
export function variable({ Env }: EngineConfig, name: string): string | undefined {
  return Env?.findLast((each) => variableName(each) === name)?.slice(name.length + 1);
}
