import { isFlattenError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { isDigest } from "../oci/digest.ts";
import { namedReference } from "../transport/reference.ts";
import type { FoundBase } from "./found-base.ts";
import { type BaseImage, isBaseOf } from "./is-base-of.ts";

/**
 * The base that the image's annotations name, read from its registry: by digest if there is one, since a tag may have
 * moved. Undefined if they name none, if it cannot be read, or if the image does not start with its layers. image-spec
 * annotations.md (`org.opencontainers.image.base.*`)
 */
export async function baseByAnnotation(
  image: Image,
  load: (reference: string) => Promise<readonly BaseImage[]>,
): Promise<FoundBase | undefined> {
  for (const reference of annotatedReferences(image)) {
    const base = (await loaded(reference, load)).find((candidate) => isBaseOf(candidate, image));
    if (base === undefined) continue;
    return { layers: base.layers.length, how: "annotation", name: reference, digest: base.digest };
  }
  return undefined;
}

function annotatedReferences({ manifest }: Image): string[] {
  const { annotations = {} } = manifest.json;
  const name = annotations["org.opencontainers.image.base.name"];
  const digest = annotations["org.opencontainers.image.base.digest"];
  if (name === undefined || name === "") return [];
  const [repository = ""] = name.split("@", 1);
  const byDigest = digest !== undefined && isDigest(digest) ? [`${repository.replace(/:[^/:]*$/, "")}@${digest}`] : [];
  return [...byDigest, name].map((each) => namedReference("docker", each).text);
}

/** A base that is gone or needs a login is no error: there are other ways to find one. */
async function loaded(
  reference: string,
  load: (reference: string) => Promise<readonly BaseImage[]>,
): Promise<readonly BaseImage[]> {
  try {
    return await load(reference);
  } catch (error) {
    if (isFlattenError(error)) return [];
    throw error;
  }
}
