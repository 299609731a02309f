import { UsageError } from "../../index.ts";
import type { Surroundings } from "../surroundings.ts";

/** Whether a reference means stdin or stdout: `-`, or an archive or root filesystem whose path is `-`. */
export function isStdio(reference: string): boolean {
  return /^(?:(?:(?:docker|oci)-archive|rootfs):)?-(?::|$)/.test(reference);
}

/**
 * Refuses to read an archive from a terminal, or both an archive and credentials from stdin.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkSource(source: string, flags: { readonly credsStdin?: boolean }, { stdin }: Surroundings): void {
  if (!isStdio(source)) return;
  if (flags.credsStdin === true) {
    throw new UsageError("ARGUMENT_INVALID", "--creds-stdin: the source is stdin already");
  }
  if (stdin.isTTY !== true) return;
  throw new UsageError("ARGUMENT_INVALID", "the source is stdin, and stdin is a terminal", {
    details: { hint: "pipe an archive into it, or name a file" },
  });
}

/**
 * {@link checkSource} for two images, of which only one can be stdin; the second may be left out.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkSources(
  sources: readonly (string | undefined)[],
  flags: { readonly credsStdin?: boolean },
  surroundings: Surroundings,
): void {
  const given = sources.filter((source) => source !== undefined);
  for (const source of given) checkSource(source, flags, surroundings);
  if (given.length > 1 && given.every(isStdio)) {
    throw new UsageError("ARGUMENT_INVALID", "both images are stdin, which holds only one");
  }
}

/**
 * Refuses to write a result to a terminal, or both a result and JSON to stdout.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkDestination(destination: string, format: "text" | "json", { stdout }: Surroundings): void {
  if (!isStdio(destination)) return;
  if (stdout.isTTY === true) {
    throw new UsageError("ARGUMENT_INVALID", "the destination is stdout, and stdout is a terminal", {
      details: { hint: "pipe it into another program, or name a file" },
    });
  }
  if (format === "json") throw both("the result");
}

/**
 * Refuses to write both JSON and the file that an option names to stdout.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkSideFile(option: string, path: string | undefined, format: "text" | "json"): void {
  if (format === "json" && path !== undefined && STDOUT.test(path)) throw both(option);
}

const STDOUT = /^(?:-|\/dev\/stdout|\/(?:dev|proc\/self)\/fd\/1)$/;

function both(other: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `--format json and ${other} cannot both go to stdout`, {
    details: { hint: "name a file" },
  });
}
