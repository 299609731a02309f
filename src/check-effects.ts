import type { Diagnostic } from "./diagnostic.ts";
import { UsageError } from "./errors.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import type { LoadedImages } from "./image/load-images.ts";
import type { Destination } from "./transport/contracts.ts";
import { isStdio } from "./transport/reference.ts";

/** Where a result goes, and what that accepts. */
export type Goal = Pick<Destination, "reference" | "accepts">;

/**
 * Refuses, before anything is read, options whose effect a destination cannot hold: a label that is asked for must not
 * get lost silently.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkEffects(options: FlattenOptions, { reference, accepts }: Goal): void {
  if (options.verify && accepts.writeOnly) {
    throw new UsageError("ARGUMENT_INVALID", "a filesystem image cannot be read back to verify it", {
      details: { hint: "export a tar or a folder, or mount it and compare it with planish verify rootfs:FOLDER" },
    });
  }
  if (options.verify && isStdio(reference)) {
    throw new UsageError("ARGUMENT_INVALID", "a result on stdout cannot be read back to verify it", {
      details: { hint: "write it to a file, or compare it afterwards with planish verify" },
    });
  }
  const ofImages = options.rootfs?.configOut === undefined ? [...OF_IMAGES, ...OF_CONFIGS] : OF_IMAGES;
  const [unplaced, wanted] = accepts.filesystemOnly ? [ofImages, "an image"] : [OF_FILESYSTEMS, "a root filesystem"];
  for (const { option, given, why } of unplaced) {
    if (!given(options)) continue;
    throw new UsageError("ARGUMENT_INVALID", `${option} and ${reference.text} contradict each other: ${why}`, {
      details: { hint: `leave the option out, or write ${wanted}` },
    });
  }
}

/** An option for which only an image, or only a root filesystem, has a place. */
interface Unplaced {
  readonly option: string;
  readonly given: (options: FlattenOptions) => boolean;
  readonly why: string;
}

const NO_CONFIG = "a root filesystem has no config";
const NO_MANIFEST = "a root filesystem has no manifest";

const OF_IMAGES: readonly Unplaced[] = [
  { option: "--tag", given: ({ tags }) => some(tags), why: "a root filesystem has no name" },
  { option: "--annotation", given: ({ annotations }) => annotations !== undefined, why: NO_MANIFEST },
  { option: "--provenance", given: ({ provenance }) => provenance === "annotate", why: NO_MANIFEST },
  {
    option: "--attestations keep-as-history",
    given: ({ attestations }) => attestations === "keep-as-history",
    why: "a root filesystem is not an index",
  },
];

/** Allowed if the config is written to a file, which they then change. */
const OF_CONFIGS: readonly Unplaced[] = [
  { option: "--change", given: ({ changes }) => some(changes), why: NO_CONFIG },
  { option: "--env", given: ({ env }) => some(env), why: NO_CONFIG },
  { option: "--unset-env", given: ({ unsetEnv }) => some(unsetEnv), why: NO_CONFIG },
  { option: "--label", given: ({ labels }) => some(labels), why: NO_CONFIG },
  { option: "--unset-label", given: ({ unsetLabels }) => some(unsetLabels), why: NO_CONFIG },
  { option: "--author", given: ({ author }) => author !== undefined, why: NO_CONFIG },
  { option: "--message", given: ({ message }) => message !== undefined, why: NO_CONFIG },
  { option: "--history", given: ({ history = "keep" }) => history !== "keep", why: NO_CONFIG },
];

const OF_FILESYSTEMS: readonly Unplaced[] = [
  {
    option: "--config-out",
    given: ({ rootfs }) => rootfs?.configOut !== undefined,
    why: "an image has a config of its own",
  },
];

function some(values: readonly unknown[] | undefined): boolean {
  return values !== undefined && values.length > 0;
}

/** What {@link idleOptions} needs to know of a run. */
export interface Effects {
  readonly to: Goal;
  readonly loaded: Pick<LoadedImages, "index" | "others">;
}

/** Diagnostics for options that have no effect on this result. */
export function idleOptions(options: FlattenOptions, { to, loaded }: Effects): Diagnostic[] {
  const { attestations, created, rewriteTimestamp = false, rootfs } = options;
  const idle: string[] = [];
  const attested = loaded.others.some(({ what }) => what === "attestation");
  if (attestations === "keep-as-history" && loaded.index === undefined && !attested) {
    idle.push(
      "--attestations keep-as-history has no effect: the result is a single image, and only an index has a place for them",
    );
  }
  const { filesystemOnly, writeOnly } = to.accepts;
  if (created !== undefined && filesystemOnly && !writeOnly && !rewriteTimestamp && rootfs?.configOut === undefined) {
    idle.push(
      "The time given by --timestamp or SOURCE_DATE_EPOCH has no effect: there is no config, and --rewrite-timestamp is not given",
    );
  }
  return idle.map((message) => ({ rule: "option-without-effect", message, strict: false }));
}
