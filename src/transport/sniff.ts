import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, ioError } from "../bytes/io-error.ts";
import type { Context } from "../context.ts";
import { ImageInvalidError, TransportError } from "../errors.ts";
import { type Archive, openArchive } from "./archive/archive.ts";
import { TRANSPORTS_HINT } from "./parse-reference.ts";
import type { FileTransport } from "./reference.ts";

/** What is at a bare path. An archive was opened to find out; the caller closes it or passes it on. */
export type Sniffed =
  | { readonly transport: "oci" }
  | { readonly transport: "docker-archive" | "oci-archive"; readonly archive: Archive };

/**
 * Detects the type of the image at a path, `-` for stdin: a folder with `oci-layout`, a tar with `manifest.json`, or a
 * tar with `oci-layout` alone. Compressed tars are looked into.
 * @throws TransportError SOURCE_NOT_FOUND with a hint if it may be the name of an image; ImageInvalidError
 * IMAGE_UNSUPPORTED for anything else that exists
 */
export async function sniff(path: string, context: Context): Promise<Sniffed> {
  if (path !== "-") {
    const found = await lookAt(path);
    if (found === undefined) throw await notFound(path);
    if (found.isDirectory()) return sniffFolder(path);
  }
  const archive = await openArchive(path, context);
  return { transport: archiveTransport(archive), archive };
}

async function sniffFolder(path: string): Promise<Sniffed> {
  if (await isThere(join(path, "oci-layout"))) return { transport: "oci" };
  const skopeoDir = await isThere(join(path, "manifest.json"));
  throw new ImageInvalidError(
    "IMAGE_UNSUPPORTED",
    `${path} is a folder, but not an OCI layout: it has no oci-layout file`,
    {
      details: {
        path,
        hint: skopeoDir
          ? `if skopeo wrote it: skopeo copy dir:${path} oci:image, then flatten oci:image`
          : `if it is a root filesystem, name it rootfs:${path}`,
      },
    },
  );
}

/** If it has neither, the source of docker-archives has the better error. */
function archiveTransport(archive: Archive): "docker-archive" | "oci-archive" {
  const names = new Set(archive.names());
  return names.has("oci-layout") && !names.has("manifest.json") ? "oci-archive" : "docker-archive";
}

async function isThere(path: string): Promise<boolean> {
  return (await lookAt(path)) !== undefined;
}

/** Undefined if nothing is there. @throws TransportError TRANSPORT_FAILED if the path may not be accessed */
async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw ioError(error, { side: "source", path });
  }
}

async function notFound(path: string): Promise<TransportError> {
  return new TransportError("SOURCE_NOT_FOUND", `there is no file or folder ${path}`, {
    details: { path, hint: await advice(path) },
  });
}

async function advice(path: string): Promise<string> {
  const colon = path.indexOf(":");
  const before = path.slice(0, Math.max(0, colon));
  if (before !== "" && (await isThere(before))) {
    const transport: FileTransport = (await isThere(join(before, "oci-layout"))) ? "oci" : "docker-archive";
    return `to choose an image in ${before}, type ${transport}:${path}`;
  }
  return /^[a-z]+(?:-[a-z]+)*$/.test(before)
    ? `check the path and the transport: ${TRANSPORTS_HINT}`
    : "check the path";
}
