import type { Diagnostic } from "../diagnostic.ts";
import type { ImageConfig } from "../oci/config.ts";
import type { Document } from "../oci/document.ts";
import type { ImageIndex } from "../oci/image-index.ts";
import { type Compression, type Family, isOciType } from "../oci/media-type.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Accepts } from "../transport/contracts.ts";
import type { Image } from "./image.ts";

export interface FamilyChoice {
  readonly family: Family;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The family of the result's media types (R8.5), the same for all images of an index, since they are never mixed. If
 * the destination accepts both, it is Docker's if an image has Docker's media types, or fields in its config that only
 * Docker has: podman drops those under an OCI manifest. zstd layers and annotations need the OCI family. No fields are
 * reported as ignored if the destination is a root filesystem, which has no manifest.
 */
export function chooseFamily(
  images: readonly Image[],
  accepts: Pick<Accepts, "families" | "filesystemOnly" | "keepsManifests">,
  { compressions, annotations = false }: FamilyWishes,
): FamilyChoice {
  const docker = images.some((image) => image.family === "docker" || dockerOnlyFields(image.config.json).length > 0);
  const annotated = annotations && accepts.keepsManifests !== false;
  const wanted: Family = docker && !compressions.includes("zstd") && !annotated ? "docker" : "oci";
  const family = accepts.families.has(wanted) ? wanted : wanted === "docker" ? "oci" : "docker";
  const loses = family === "oci" && accepts.filesystemOnly !== true;
  return { family, diagnostics: loses ? images.flatMap(dockerFieldsDiagnostics) : [] };
}

export interface FamilyWishes {
  /** Of the layers of the result. */
  readonly compressions: readonly Compression[];
  /** Whether annotations will be set, which only OCI manifests have. */
  readonly annotations?: boolean | undefined;
}

/** The family of a copied index: its own if the destination accepts it. */
export function chooseIndexFamily(
  { descriptor }: Pick<Document<ImageIndex>, "descriptor">,
  { families }: Pick<Accepts, "families">,
): Family {
  const own: Family = isOciType(descriptor.mediaType) ? "oci" : "docker";
  if (families.has(own)) return own;
  return own === "oci" ? "docker" : "oci";
}

/**
 * The fields of a config that have a value and are known to Docker only. Those in OCI's list of properties, such as the
 * deprecated `ArgsEscaped`, are not among them. image-spec config.md#properties
 */
export function dockerOnlyFields(config: ImageConfig): string[] {
  return Object.entries(config.config ?? {})
    .filter(([name, value]) => DOCKER_ONLY.has(name) && hasValue(value))
    .map(([name]) => name);
}

const DOCKER_ONLY: ReadonlySet<string> = new Set([
  "AttachStderr",
  "AttachStdin",
  "AttachStdout",
  "Domainname",
  "Healthcheck",
  "Hostname",
  "MacAddress",
  "NetworkDisabled",
  "OnBuild",
  "OpenStdin",
  "Shell",
  "StdinOnce",
  "StopTimeout",
  "Tty",
]);

/** Docker's older builders write every field, most of them empty. */
function hasValue(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** The diagnostic for fields of a config that podman ignores under OCI's media types. */
export function dockerFieldsDiagnostics(image: Image): Diagnostic[] {
  const fields = dockerOnlyFields(image.config.json).filter((name) => SEEN_BY_USERS.has(name));
  if (fields.length === 0) return [];
  const message = `The config has ${fields.join(", ")}: kept, but podman ignores it in an image with OCI media types`;
  return [{ rule: "docker-fields-in-oci", message, strict: false, platform: formatPlatform(image.platform) }];
}

/** The other fields describe one past container and have no effect on new ones. */
const SEEN_BY_USERS: ReadonlySet<string> = new Set(["Healthcheck", "OnBuild", "Shell", "StopTimeout"]);
