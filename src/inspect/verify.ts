import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import { loadImages } from "../image/load-images.ts";
import { formatPlatform, parsePlatforms } from "../oci/platform.ts";
import { planOptions, startRun } from "../run.ts";
import type { Source } from "../transport/contracts.ts";
import { sourceMeanwhile } from "../transport/open-meanwhile.ts";
import { openSource } from "../transport/open-source.ts";
import { typedServers } from "../transport/typed-servers.ts";
import { likelyCauses } from "../verify/likely-causes.ts";
import { type LoadedSource, verifyLoaded } from "../verify/verify-loaded.ts";
import type { VerifyResult } from "./verify-result.ts";

/** Options of {@link verify}. */
export interface VerifyOptions extends Omit<RunOptions, "strict"> {
  /** Ignores a different time of creation; `ignored` in the result says so. */
  readonly ignoreCreated?: boolean;
  /** Also computes the digests of both filesystems, as {@link fsdigest} does; takes about a tenth longer. */
  readonly fsdigest?: boolean;
}

/**
 * Compares two images, or all platforms of two indexes: their merged filesystems entry by entry, and their configs
 * except for what is about layers, unless one of the two is a root filesystem, which has no config. `flat` need not be
 * flat: any two images can be compared. Reads every layer of both; shares no code with {@link flatten} for reading tars
 * and merging layers. A difference is a result, not an error.
 * @throws FlattenError if one of the two cannot be read
 */
export async function verify(source: string, flat: string, options: VerifyOptions = {}): Promise<VerifyResult> {
  const begun = performance.now();
  await using run = startRun(options, { ignoreCreated: true, fsdigest: true });
  const { context } = run;
  const { lenientTar = false, ignoreCreated: created = false, fsdigest: digests } = options;
  const servers = await inStage("open", () => typedServers(options, { sources: [source, flat] }));
  await using meanwhile = sourceMeanwhile(flat, context, servers);
  await using from = await inStage("open", () => openSource(source, context, servers));
  await using to = await inStage("open", () => meanwhile?.take() ?? openSource(flat, context, servers));
  const before = await load(from, options, context);
  const after = await load(to, options, context);
  const filesystemOnly = [from, to].some(({ madeConfig }) => madeConfig);
  const found = await verifyLoaded(before, after, { lenientTar, created, digests, filesystemOnly }, context);
  const { platforms = [] } = options;
  return {
    source: from.reference.text,
    flat: to.reference.text,
    ...found,
    ...(platforms.length > 0 && { platforms: parsePlatforms(platforms).map(formatPlatform) }),
    diagnostics: [
      ...from.diagnostics,
      ...ofImages(before),
      ...to.diagnostics,
      ...ofImages(after),
      ...found.images.flatMap(likelyCauses),
    ],
    milliseconds: performance.now() - begun,
  };
}

function ofImages({ loaded }: LoadedSource): Diagnostic[] {
  return [...loaded.diagnostics, ...loaded.images.flatMap(({ diagnostics }) => diagnostics)];
}

async function load(source: Source, options: RunOptions, context: Context): Promise<LoadedSource> {
  const { platforms } = options;
  const loaded = await inStage("open", () => loadImages(source, { platforms, all: true }, context));
  return { source, loaded, view: planOptions(options, source, context).profile };
}
