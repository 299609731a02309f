import { ReferenceInvalidError } from "../../errors.ts";
import { isDigest } from "../../oci/digest.ts";
import { familiarName, type ImageName } from "../image-name.ts";
import { type NamedReference, namedReference } from "../reference.ts";

/** The two parts of an image name's repository. */
export interface Repository {
  /** `host[:port]`; `docker.io` for Docker Hub. */
  readonly registry: string;
  /** The path in the registry: `library/alpine`. */
  readonly repository: string;
}

/** Splits `docker.io/library/alpine` into registry and repository. */
export function repositoryOf(name: ImageName): Repository {
  const slash = name.repository.indexOf("/");
  return { registry: name.repository.slice(0, slash), repository: name.repository.slice(slash + 1) };
}

/**
 * What a name refers to in its repository: its digest if it has one, as for docker, else its tag, else `latest`.
 * @throws ReferenceInvalidError REFERENCE_INVALID for a digest of a kind that cannot be verified
 */
export function manifestReference(name: ImageName): string {
  if (name.digest !== undefined && !isDigest(name.digest)) {
    throw new ReferenceInvalidError(`${name.digest} is not a sha256 or sha512 digest in lower case`);
  }
  return name.digest ?? name.tag ?? "latest";
}

/** The `docker://` reference that a person would type for a name. */
export function registryReference(name: ImageName): NamedReference {
  const tagged = familiarName(name);
  const path =
    name.digest === undefined
      ? tagged
      : `${name.tag === undefined ? tagged.slice(0, tagged.lastIndexOf(":")) : tagged}@${name.digest}`;
  return namedReference("docker", path);
}
