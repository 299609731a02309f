import { changeInvalid } from "./change-invalid.ts";
import { type EngineConfig, setVariable, variable } from "./engine-config.ts";
import { expand, WordFault } from "./expand.ts";
import { healthcheckOf } from "./healthcheck.ts";
import { portsOf } from "./ports.ts";
import { isStopSignal } from "./stop-signal.ts";
import { jsonList, nameAndValue, splitWords } from "./words.ts";

/** The input of an instruction. */
export interface Step {
  readonly config: EngineConfig;
  readonly rest: string;
  /** Whether a CMD instruction came before it: otherwise ENTRYPOINT drops the image's Cmd. */
  readonly commandSet: boolean;
  /** The error for this instruction, with the reason. */
  invalid(why: string): Error;
}

/**
 * By name: what `docker import --change` takes, and SHELL. Docker's own semantics, moby
 * builder/dockerfile/dispatchers.go.
 */
const INSTRUCTIONS: Readonly<Record<string, (step: Step) => void>> = {
  CMD(step) {
    step.config.Cmd = commandOf(step);
    delete step.config.ArgsEscaped;
  },
  ENTRYPOINT(step) {
    step.config.Entrypoint = commandOf(step);
    delete step.config.ArgsEscaped;
    if (!step.commandSet) delete step.config.Cmd;
  },
  ENV(step) {
    const variables = pairsOf(step).map(([name, value]) => [expanded(step, name), expanded(step, value)] as const);
    for (const [name, value] of variables) setVariable(step.config, name, value);
  },
  LABEL(step) {
    const labels = pairsOf(step).map(([name, value]) => [expanded(step, name), expanded(step, value)]);
    step.config.Labels = { ...step.config.Labels, ...Object.fromEntries(labels) };
  },
  EXPOSE(step) {
    const ports = step.rest.split(SPACE).flatMap((word) => expanded(step, word).split(/\s+/));
    const listed = ports
      .filter((port) => port !== "")
      .flatMap((port) => {
        const names = portsOf(port);
        if (names === undefined) throw step.invalid(`${port} is not a port such as 80, 53/udp or 8000-8010`);
        return names;
      });
    if (listed.length === 0) throw step.invalid("it takes a port");
    step.config.ExposedPorts = { ...step.config.ExposedPorts, ...emptyMembers(listed) };
  },
  VOLUME(step) {
    const list = jsonList(step.rest, step.invalid) ?? step.rest.split(SPACE);
    const paths = list.map((path) => expanded(step, path).trim());
    if (paths.length === 0 || paths.includes("")) throw step.invalid("it takes a path");
    step.config.Volumes = { ...step.config.Volumes, ...emptyMembers(paths) };
  },
  USER(step) {
    step.config.User = expanded(step, argument(step));
  },
  WORKDIR(step) {
    const path = expanded(step, argument(step));
    if (path === "") throw step.invalid("it takes a path");
    step.config.WorkingDir = joined(path.startsWith("/") ? "" : (step.config.WorkingDir ?? ""), path);
  },
  STOPSIGNAL(step) {
    const signal = expanded(step, argument(step));
    if (!isStopSignal(signal)) throw step.invalid(`${signal} is not a signal`);
    step.config.StopSignal = signal;
  },
  HEALTHCHECK({ config, rest }) {
    config.Healthcheck = healthcheckOf(rest);
  },
  ONBUILD(step) {
    const [trigger = ""] = argument(step).toUpperCase().split(/\s/);
    if (/^(?:ONBUILD|FROM|MAINTAINER)$/.test(trigger)) throw step.invalid(`${trigger} cannot be a trigger`);
    step.config.OnBuild = [...(step.config.OnBuild ?? []), step.rest];
  },
  SHELL(step) {
    const list = jsonList(step.rest, step.invalid);
    if (list === undefined || list.length === 0) throw step.invalid("it takes a JSON array of strings");
    step.config.Shell = list;
  },
};

const DEFAULT_SHELL: readonly string[] = ["/bin/sh", "-c"];

/** A JSON array as it is; any other text goes to the shell. */
function commandOf(step: Step): readonly string[] {
  const list = jsonList(argument(step), step.invalid);
  const shell = step.config.Shell?.length ? step.config.Shell : DEFAULT_SHELL;
  return list ?? [...shell, step.rest];
}

/** White space between paths and ports, which quotes do not protect. */
const SPACE = /[\t\v\f\r ]+/;

function argument({ rest, invalid }: Step): string {
  if (rest === "") throw invalid("it takes an argument");
  return rest;
}

/** `NAME=VALUE …`, or in the old form `NAME VALUE`, where the rest is the value. */
function pairsOf(step: Step): (readonly [string, string])[] {
  const words = splitWords(argument(step));
  const [first = ""] = words;
  if (!first.includes("=")) {
    const value = step.rest.slice(first.length).trim();
    if (value === "") throw step.invalid("it takes NAME=VALUE");
    return [[first, value]];
  }
  return words.map((word) => {
    const pair = nameAndValue(word);
    if (pair === undefined) throw step.invalid(`${word} is not NAME=VALUE`);
    return pair;
  });
}

function expanded({ config, invalid }: Step, text: string): string {
  try {
    return expand(text, (name) => variable(config, name));
  } catch (error) {
    if (error instanceof WordFault) throw invalid(error.message);
    throw error;
  }
}

function emptyMembers(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** A relative path is relative to the directory before; the result is clean, as in newer versions of Docker. */
function joined(directory: string, path: string): string {
  const names: string[] = [];
  for (const name of `${directory}/${path}`.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

/** Carries one instruction out. @throws UsageError ARGUMENT_INVALID for one that there is not, or that cannot be */
export function carryOut(name: string, step: Omit<Step, "invalid">): void {
  const instruction = `${name} ${step.rest}`.trim();
  const rule = Object.hasOwn(INSTRUCTIONS, name) ? INSTRUCTIONS[name] : undefined;
  if (rule === undefined) {
    const known = Object.keys(INSTRUCTIONS).join(", ");
    throw changeInvalid(instruction, `${name} is not one of ${known}`);
  }
  rule({ ...step, invalid: (why) => changeInvalid(instruction, why) });
}
