import { changeInvalid } from "./change-invalid.ts";
import type { Healthcheck } from "./engine-config.ts";
import { goDuration } from "./go-duration.ts";
import { jsonList, nameAndValue } from "./words.ts";

/**
 * What `HEALTHCHECK NONE` or `HEALTHCHECK [--interval=30s …] CMD command` asks for.
 * @throws UsageError ARGUMENT_INVALID
 */
export function healthcheckOf(rest: string): Healthcheck {
  const [, flags = "", kind = "", command = ""] = /^((?:--\S+\s+)*)(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  const invalid = (why: string): Error => changeInvalid(`HEALTHCHECK ${rest}`, why);
  if (kind.toUpperCase() === "NONE") {
    if (flags !== "" || command !== "") throw invalid("NONE takes nothing else");
    return { Test: ["NONE"] };
  }
  if (kind.toUpperCase() !== "CMD" || command === "") throw invalid("it takes NONE, or CMD and a command");
  const list = jsonList(command, invalid);
  if (list?.length === 0) throw invalid("it takes NONE, or CMD and a command");
  const test = list === undefined ? ["CMD-SHELL", command] : ["CMD", ...list];
  const set = flags
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((flag) => flagOf(flag, invalid));
  const options = new Map(set);
  if (options.size < set.length) throw invalid("an option of it is given twice");
  return { Test: test, ...Object.fromEntries(options) };
}

const DURATIONS: Readonly<Record<string, keyof Healthcheck>> = {
  "--interval": "Interval",
  "--timeout": "Timeout",
  "--start-period": "StartPeriod",
  "--start-interval": "StartInterval",
};

const MILLISECOND = 1e6;

function flagOf(flag: string, invalid: (why: string) => Error): [keyof Healthcheck, number] {
  const [name, value] = nameAndValue(flag) ?? [flag, ""];
  if (name === "--retries") {
    if (!/^\d{1,9}$/.test(value)) throw invalid(`${flag} is not a number`);
    return ["Retries", Number(value)];
  }
  const field = Object.hasOwn(DURATIONS, name) ? DURATIONS[name] : undefined;
  if (field === undefined) throw invalid(`there is no ${name}`);
  const nanoseconds = goDuration(value);
  if (nanoseconds === undefined) throw invalid(`${flag} is not a duration such as 30s or 1m30s`);
  if (nanoseconds !== 0 && nanoseconds < MILLISECOND) throw invalid(`${flag} is less than a millisecond`);
  return [field, nanoseconds];
}
