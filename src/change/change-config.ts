import { UsageError } from "../errors.ts";
import { checkEngineConfig, type EngineConfig, setVariable, unsetVariables } from "./engine-config.ts";
import { instructionsOf } from "./instruction-lines.ts";
import { carryOut } from "./instructions.ts";
import { nameAndValue } from "./words.ts";

/** Changes to how engines run an image. */
export interface ConfigChanges {
  /**
   * Dockerfile instructions, as `docker import --change` takes them, applied in their order, before `env` and `labels`:
   * CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR.
   */
  readonly changes?: readonly string[] | undefined;
  /** `NAME=VALUE`, taken literally. */
  readonly env?: readonly string[] | undefined;
  readonly unsetEnv?: readonly string[] | undefined;
  /** `NAME=VALUE`, or `NAME` for one without a value. */
  readonly labels?: readonly string[] | undefined;
  readonly unsetLabels?: readonly string[] | undefined;
}

/**
 * The config object with the changes; the same object if there are none. Removals are applied first.
 * @throws UsageError ARGUMENT_INVALID; ImageInvalidError CONFIG_INVALID if no engine could read what is changed
 */
export function changeConfig<Config extends EngineConfig>(config: Config, asked: ConfigChanges): Config {
  const { changes = [], env = [], unsetEnv = [], labels = [], unsetLabels = [] } = asked;
  if ([...changes, ...env, ...unsetEnv, ...labels, ...unsetLabels].length === 0) return config;
  checkEngineConfig(config);
  const changed = { ...config };
  unsetVariables(changed, unsetEnv);
  if (unsetLabels.length > 0 && changed.Labels) {
    changed.Labels = Object.fromEntries(Object.entries(changed.Labels).filter(([name]) => !unsetLabels.includes(name)));
  }
  let commandSet = false;
  for (const { name, rest } of changes.flatMap(instructionsOf)) {
    carryOut(name, { config: changed, rest, commandSet });
    commandSet ||= name === "CMD";
  }
  for (const text of env) {
    const pair = nameAndValue(text);
    if (pair === undefined) throw notAPair("--env", text, "NAME=VALUE");
    setVariable(changed, ...pair);
  }
  if (labels.length > 0) changed.Labels = { ...changed.Labels, ...Object.fromEntries(labels.map(labelOf)) };
  return changed;
}

function labelOf(text: string): readonly [name: string, value: string] {
  const pair = nameAndValue(text) ?? [text, ""];
  if (pair[0] === "" || pair[0].startsWith("=")) throw notAPair("--label", text, "NAME=VALUE or NAME");
  return pair;
}

function notAPair(option: string, text: string, wanted: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `${option}: ${JSON.stringify(text)} is not ${wanted}`);
}
