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
    details: { hint: "pipe an archive into it: docker save IMAGE | planish …" },
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
 * Refuses to write an archive to a terminal, or both an archive and JSON to stdout.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkDestination(destination: string, format: "text" | "json", { stdout }: Surroundings): void {
  if (!isStdio(destination)) return;
  if (stdout.isTTY === true) {
    throw new UsageError("ARGUMENT_INVALID", "the destination is stdout, and stdout is a terminal", {
      details: { hint: "send it on: planish flatten SOURCE - | docker load" },
    });
  }
  if (format === "json") {
    throw new UsageError("ARGUMENT_INVALID", "--format json and an archive cannot both go to stdout", {
      details: { hint: "write the archive to a file, or read the digest from --digestfile" },
    });
  }
}
