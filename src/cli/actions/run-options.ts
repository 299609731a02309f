import type { Limits, RunOptions } from "../../index.ts";
import type { MergeFlags, SharedFlags } from "../commands/shared-options.ts";
import { addLimit, byteSize, given, wholeNumber } from "../option-values.ts";
import type { Surroundings } from "../surroundings.ts";
import { describeTerminal } from "../terminal.ts";
import { createUi } from "../ui/create-ui.ts";
import type { Ui } from "../ui/ui.ts";
import { keepYoungHeapSmall } from "../young-heap.ts";
import { serverOptions } from "./server-options.ts";

/**
 * Runs an operation of the library with the options of the command line, and shows its progress on stderr until it
 * settles, or closes it to print something.
 * @throws UsageError ARGUMENT_INVALID for an invalid option value
 */
export async function withRunOptions<Result>(
  flags: RunFlags,
  surroundings: Surroundings,
  operation: (options: RunOptions, ui: Pick<Ui, "close">) => Promise<Result>,
): Promise<Result> {
  const { stderr, env } = surroundings;
  const servers = await serverOptions(flags, surroundings);
  const ui = await createUi({
    mode: flags.progress,
    quiet: flags.quiet === true,
    json: flags.format === "json",
    transient: flags.transient === true,
    terminal: describeTerminal(stderr, env),
    stream: stderr,
  });
  try {
    return await operation({ ...runOptions(flags, surroundings, ui), ...servers }, ui);
  } finally {
    ui.close();
  }
}

interface RunFlags extends SharedFlags, MergeFlags {
  /** Progress is removed from the screen once the result is there. */
  readonly transient?: boolean;
}

function runOptions(flags: RunFlags, { signal, env }: Surroundings, ui: Ui): RunOptions {
  return definedOnly<RunOptions>({
    platforms: flags.platform,
    profile: flags.profile,
    strict: flags.strict,
    lenientTar: flags.lenientTar,
    limits: flags.limit?.reduce<Partial<Limits>>((limits, text) => addLimit(text, limits), {}),
    scratch: flags.scratch,
    cache: flags.cache ?? (env.PLANISH_CACHE || undefined),
    cacheSize: given(flags.cacheSize, byteSize("--cache-size")),
    concurrency: given(flags.concurrency, wholeNumber("--concurrency", 1)),
    signal,
    onProgress(event) {
      if (event.type === "advanced") keepYoungHeapSmall();
      ui.report(event);
    },
  });
}

/** Removes undefined fields, so that the library's defaults apply. */
export function definedOnly<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
