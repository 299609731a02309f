import { readFile } from "node:fs/promises";
import { guardIo } from "../../bytes/io-error.ts";
import { ImageInvalidError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import type { ImageConfig } from "../../oci/config.ts";
import { parseConfig } from "../../oci/config.ts";
import { describeBytes } from "../../oci/descriptor.ts";
import type { DiffId } from "../../oci/digest.ts";
import type { Document } from "../../oci/document.ts";
import { readJsonObject } from "../../oci/json.ts";
import {
  applyEdits,
  editArray,
  editObject,
  editObjectAt,
  isArrayAt,
  isObjectAt,
  type JsonEdit,
  valueAt,
} from "../../oci/json-edit.ts";
import { jsonElements } from "../../oci/json-members.ts";
import { DOCKER_CONFIG } from "../../oci/media-type.ts";
import { hostPlatform, parsePlatform } from "../../oci/platform.ts";

/** What is known about a root filesystem besides its bytes. */
export interface ImportedRootfs {
  readonly diffId: DiffId;
  /** A file with the config for the image. */
  readonly config?: string | undefined;
  /** `os/arch[/variant]`; used if there is no config. */
  readonly platform?: string | undefined;
  /** Time of last modification and name of the root filesystem. */
  readonly modified: Date;
  readonly name: string;
}

/**
 * The config for the image of a root filesystem: the given one, byte for byte if it is that of exactly this layer, or a
 * minimal one as `docker import` makes it.
 * @throws ImageInvalidError CONFIG_INVALID; TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED; UsageError
 * ARGUMENT_INVALID; LimitError
 */
export async function importConfig(rootfs: ImportedRootfs, limits: Limits): Promise<Document<ImageConfig>> {
  const { config: path, diffId } = rootfs;
  if (path === undefined) return asDocument(JSON.stringify(freshConfig(rootfs)), limits);
  const bytes = await guardIo({ side: "source", path }, () => readFile(path));
  const given = parseGiven(bytes, path, limits);
  const diffIds = given.rootfs?.diff_ids;
  if (Array.isArray(diffIds) && diffIds.length === 1 && diffIds[0] === diffId) return asDocument(bytes, limits);
  const own = { ...(given.created !== undefined && { created: given.created }), ...importedFrom(rootfs) };
  return asDocument(applyEdits(bytes, importEdits(bytes, diffId, JSON.stringify(own))), limits);
}

/** Gives a config one layer, made by a new step of the history; every byte about anything else is kept. */
function importEdits(config: Uint8Array, diffId: DiffId, step: string): JsonEdit[] {
  const rootfs = JSON.stringify({ type: "layers", diff_ids: [diffId] });
  const history = valueAt(config, "history");
  if (!isArrayAt(config, history)) return editObjectAt(config, [], { set: { rootfs, history: `[${step}]` } });
  const steps = jsonElements(config, history.start).filter((old) => isObjectAt(config, old));
  return [
    ...editObjectAt(config, [], { set: { rootfs } }),
    ...steps.flatMap(({ start }) => editObject(config, start, { set: { empty_layer: "true" } })),
    ...editArray(config, history.start, { added: [step] }),
  ];
}

interface GivenConfig {
  readonly created?: unknown;
  readonly rootfs?: { readonly diff_ids?: unknown };
}

function parseGiven(bytes: Uint8Array, path: string, limits: Limits): GivenConfig {
  try {
    return readJsonObject(bytes, { what: "config", code: "CONFIG_INVALID", limits, bytesLimit: "configBytes" });
  } catch (cause) {
    if (!(cause instanceof ImageInvalidError)) throw cause;
    const hint = "it is what planish export --config-out writes: a JSON object with config, rootfs, history";
    const details = { path, hint };
    throw new ImageInvalidError("CONFIG_INVALID", `${path} is not the config of an image`, { details, cause });
  }
}

function freshConfig(rootfs: ImportedRootfs): Record<string, unknown> {
  const { diffId, modified, platform } = rootfs;
  const created = modified.toISOString();
  return {
    created,
    ...(platform === undefined ? hostPlatform() : parsePlatform(platform)),
    config: {},
    rootfs: { type: "layers", diff_ids: [diffId] },
    history: [{ created, ...importedFrom(rootfs) }],
  };
}

function importedFrom({ name }: ImportedRootfs): Record<string, string> {
  return { created_by: "planish import", comment: `Imported from ${name}` };
}

function asDocument(content: string | Uint8Array, limits: Limits): Document<ImageConfig> {
  const bytes = Buffer.from(content);
  return parseConfig(bytes, describeBytes(DOCKER_CONFIG, bytes), limits);
}
