import { type FlattenOptions, flatten } from "../../index.ts";
import type { ImportFlags } from "../commands/import.ts";
import type { Surroundings } from "../surroundings.ts";
import { changeOptions } from "./change-options.ts";
import { contentOptions } from "./content-options.ts";
import { asRootfs } from "./export.ts";
import { layerOptions } from "./layer-options.ts";
import { noteResult } from "./note-result.ts";
import { definedOnly, withRunOptions } from "./run-options.ts";
import { checkDestination, checkSideFile, checkSource } from "./stdio.ts";
import { tellFlattened } from "./tell-flattened.ts";
import { openTextFile } from "./text-file.ts";
import { timeOptions } from "./time-options.ts";

/** Arguments and options of `planish import`. */
export interface ImportRequest {
  readonly rootfs: string;
  readonly destination: string;
  readonly flags: ImportFlags;
}

/**
 * Runs `planish import`: a flatten whose source is a root filesystem.
 * @throws GateNotMet when `--verify` found the result to differ from its source, after printing that
 */
export async function runImport(
  { rootfs, destination, flags }: ImportRequest,
  surroundings: Surroundings,
): Promise<void> {
  const from = asRootfs(rootfs);
  const { platform, configIn, digestfile, ...others } = flags;
  checkSource(from, flags, surroundings);
  checkDestination(destination, flags.format, surroundings);
  checkSideFile("--digestfile", digestfile, flags.format);
  const beside = { sources: [rootfs], destinations: [destination], signal: surroundings.signal };
  const writeDigest = await openTextFile(digestfile, { option: "--digestfile", ...beside });
  const asked = { ...(await contentOptions(flags)), ...changeOptions(flags), ...timeOptions(flags, surroundings) };
  const own = { ...ownOptions(flags), ...asked, rootfs: { config: configIn, platform } };
  const result = await withRunOptions(others, surroundings, (options) =>
    flatten(from, destination, { ...options, ...own, onCommitted: noteResult(surroundings) }),
  );
  await writeDigest?.(result.digest);
  await tellFlattened(result, { destination, flags, done: "Imported" }, surroundings);
}

function ownOptions(flags: ImportFlags): FlattenOptions {
  const { tag, force, verify } = flags;
  return { ...definedOnly<FlattenOptions>({ tags: tag, force, verify }), ...layerOptions(flags) };
}
