import { availableParallelism, cpus } from "node:os";

/** The machine and its Node, for a record. */
export function machineText(): string {
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`;
}

/** This process's environment, which may configure package managers and proxies. */
export function machineEnvironment(): Record<string, string> {
  const set = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set);
}
