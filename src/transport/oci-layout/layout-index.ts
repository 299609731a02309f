import * as v from "valibot";
import { collect } from "../../bytes/collect.ts";
import { ImageInvalidError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import { describeBytes } from "../../oci/descriptor.ts";
import type { Document } from "../../oci/document.ts";
import { type ImageIndex, parseImageList } from "../../oci/image-index.ts";
import { checkJson, type JsonRules, readJsonObject } from "../../oci/json.ts";
import { OCI_INDEX } from "../../oci/media-type.ts";
import type { FileTree } from "../file-tree.ts";

/** The version of the layout that planish reads and writes. image-spec image-layout.md#oci-layout-file */
export const LAYOUT_VERSION = "1.0.0";

/**
 * Reads `oci-layout` and `index.json`; undefined if there is no `oci-layout`, so that this is not a layout.
 * @throws ImageInvalidError MANIFEST_INVALID, IMAGE_UNSUPPORTED for another version; LimitError LIMIT_EXCEEDED
 */
export async function readLayoutIndex(tree: FileTree, limits: Limits): Promise<Document<ImageIndex> | undefined> {
  const marker = await readFile(tree, "oci-layout", limits);
  if (marker === undefined) return undefined;
  checkVersion(marker, limits);
  const bytes = await readFile(tree, "index.json", limits);
  if (bytes === undefined) {
    throw new ImageInvalidError("MANIFEST_INVALID", `${tree.name} has an oci-layout file but no index.json`, {
      details: { path: tree.name },
    });
  }
  return parseImageList(bytes, describeBytes(OCI_INDEX, bytes), limits);
}

async function readFile(tree: FileTree, path: string, limits: Limits): Promise<Uint8Array | undefined> {
  const file = await tree.file(path);
  return file === undefined ? undefined : collect(file.stream(), limits.archiveManifestBytes, "archiveManifestBytes");
}

const markerSchema = v.looseObject({ imageLayoutVersion: v.string() });

function checkVersion(bytes: Uint8Array, limits: Limits): void {
  const rules: JsonRules = { what: "oci-layout file", code: "MANIFEST_INVALID", limits, bytesLimit: "manifestBytes" };
  const { imageLayoutVersion } = checkJson(markerSchema, readJsonObject(bytes, rules), rules);
  if (imageLayoutVersion === LAYOUT_VERSION) return;
  throw new ImageInvalidError(
    "IMAGE_UNSUPPORTED",
    `the layout has version ${JSON.stringify(imageLayoutVersion)}, but planish reads ${LAYOUT_VERSION}`,
  );
}
