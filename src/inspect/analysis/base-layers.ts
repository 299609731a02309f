import type { Image } from "../../image/image.ts";

/** The layers that an image seems to have taken over from its base image. */
export interface BaseLayers {
  /** How many, from the bottom on. */
  readonly count: number;
  /** What tells so. */
  readonly how: "history";
  /** What the manifest says of the base's name. */
  readonly name?: string | undefined;
}

/**
 * Where the base of an image seems to end, by its history: every common base image ends with a step that sets CMD or
 * ENTRYPOINT, so the last such step with layers above it is the end of the base. Failing that a bottom layer that is a
 * whole root filesystem is one. Undefined where no step tells, or nothing stands on it.
 */
export function baseLayers({ config, manifest, layers }: Image): BaseLayers | undefined {
  let seen = 0;
  let count = ROOT_FILESYSTEM.test(config.json.history?.[0]?.created_by ?? "") ? 1 : 0;
  for (const { empty_layer: empty, created_by: createdBy = "" } of config.json.history ?? []) {
    if (empty !== true) seen += 1;
    else if (COMMAND.test(createdBy) && seen < layers.length) count = seen;
  }
  if (count === 0 || count >= layers.length) return undefined;
  return { count, how: "history", name: manifest.json.annotations?.["org.opencontainers.image.base.name"] };
}

/** How debootstrap's tarballs come into images, by the classic builder and by others. */
const ROOT_FILESYSTEM = /(?:ADD|COPY) (?:file:\S+ in|\S+) \/\s*(?:# buildkit)?$|^# debian\.sh /;
const COMMAND = /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:CMD|ENTRYPOINT)\b/;
