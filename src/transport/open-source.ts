import { stat } from "node:fs/promises";
import type { Context } from "../context.ts";
import { inImage, ReferenceInvalidError, TransportError } from "../errors.ts";
import { ambiguous, mayHoldImage } from "./bare-path.ts";
import { colonInPath } from "./colon-in-path.ts";
import type { Source } from "./contracts.ts";
import { isTypedName } from "./daemon/typed-name.ts";
import { openDockerArchive, openDockerTree } from "./docker-archive/source.ts";
import { parseImageName } from "./image-name.ts";
import { openOciArchive } from "./oci-archive/source.ts";
import { openLayoutTree, openOciLayout } from "./oci-layout/source.ts";
import { isBareName, parseReference, TRANSPORTS_HINT } from "./parse-reference.ts";
import { type BarePath, type Reference, reference } from "./reference.ts";
import { noTag } from "./registry/no-tag.ts";
import { repositoryOf } from "./registry/repository.ts";
import type { Servers } from "./servers.ts";
import { sniff } from "./sniff.ts";

/**
 * Opens the image that a text names: a reference, a path whose type is detected, or `-` for stdin; or a reference that
 * is parsed already. The source's `reference` says what was found.
 * @throws ReferenceInvalidError REFERENCE_INVALID; TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL
 * @throws ImageInvalidError MANIFEST_INVALID, CONFIG_INVALID, IMAGE_UNSUPPORTED, TAR_INVALID, GZIP_INVALID,
 * ZSTD_INVALID, PATH_UNSAFE, LINK_DANGLING; LimitError
 */
export function openSource(named: string | Reference, context: Context, servers: Servers): Promise<Source> {
  if (typeof named !== "string") return inImage(named.text, () => openParsed(named, context, servers));
  return inImage(named, async () => openParsed(parseReference(named), context, servers));
}

async function openParsed(parsed: Reference | BarePath, context: Context, servers: Servers): Promise<Source> {
  switch (parsed.transport) {
    case undefined:
      return openBare(parsed, context, servers);
    case "oci":
    case "oci-archive":
    case "docker-archive":
      return OPEN[parsed.transport](parsed, context).catch((error: unknown) => colonInPath(error, parsed));
    case "rootfs":
      return (await import("./rootfs/source.ts")).openRootfsSource(parsed, servers.rootfs ?? {}, context);
    case "docker-daemon":
    case "podman":
    case "container":
    case "podman-container":
      return (await import("./engine-images.ts")).openEngineSource(parsed, servers, context);
    case "docker":
      return openFromRegistry(parsed.name, context, servers).catch((error: unknown) =>
        noTag(error, parseImageName(parsed.name)),
      );
  }
}

const OPEN = { oci: openOciLayout, "oci-archive": openOciArchive, "docker-archive": openDockerArchive } as const;

/**
 * A text that looks like a path is one. Any other text may be a file, a folder or a name, which is looked up as by
 * docker: in the daemon if one answers and has it, else in the registry. If both a file and an image of the daemon have
 * that name, that is an error.
 */
async function openBare({ path }: BarePath, context: Context, servers: Servers): Promise<Source> {
  const isFile = await mayHoldImage(path);
  if (!isBareName(path) || (isFile && !isTypedName(path))) return openPath(path, context);
  const { open, why } = await (await import("./engine-images.ts")).findInDocker(path, servers, context).catch(noName);
  if (open !== undefined && isFile) throw ambiguous(path);
  if (open !== undefined) return open();
  if (isFile || (await isThere(path))) return openPath(path, context);
  try {
    return await openFromRegistry(path, context, servers);
  } catch (error) {
    const asked = `${why}, so a registry was asked for ${path}`;
    const known = { hint: `${asked}; docker-daemon:NAME, docker://NAME or ./PATH says which is meant` };
    if (error instanceof TransportError) error.details = { ...known, ...error.details };
    return noName(error);
  }
}

/** A text that is neither a path nor a name may have a misspelled transport. */
function noName(error: unknown): never {
  if (error instanceof ReferenceInvalidError) {
    error.details = { hint: `there is no image at such a path either; ${TRANSPORTS_HINT}`, ...error.details };
  }
  throw error;
}

async function openPath(path: string, context: Context): Promise<Source> {
  const found = await sniff(path, context);
  const from = reference(found.transport, path);
  if (found.transport === "oci") return openOciLayout(from, context);
  return found.transport === "oci-archive"
    ? openLayoutTree(found.archive, from, context)
    : openDockerTree(found.archive, from, context);
}

/** Registries and engines need modules that take time to load (HTTP, TLS, child processes); files do not. */
async function openFromRegistry(name: string, context: Context, servers: Servers): Promise<Source> {
  const { openRegistrySource } = await import("./registry/source.ts");
  const image = parseImageName(name);
  return openRegistrySource(image, servers.registry(repositoryOf(image).registry), context);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
