import { ReferenceInvalidError } from "../errors.ts";

/**
 * A name of an image in its full form, as registries and engines understand it.
 * Grammar: distribution/reference (reference.go, normalize.go), which Docker, containerd and podman share.
 */
export interface ImageName {
  /** With its domain: `docker.io/library/alpine`. */
  readonly repository: string;
  readonly tag?: string | undefined;
  /** `algorithm:hex`, of any algorithm. */
  readonly digest?: string | undefined;
}

/**
 * Parses an image name as typed by a user: `alpine`, `alpine:3.20`, `localhost:5000/team/app@sha256:…`. Adds the domain
 * that Docker would add, but no tag.
 * @throws ReferenceInvalidError REFERENCE_INVALID, which says what is wrong
 */
export function parseImageName(text: string): ImageName {
  const { name, tag, digest } = splitName(text);
  if (/^[0-9a-f]{64}$/.test(name)) throw invalid(text, "64 hexadecimal digits are the ID of an image, not a name");
  const repository = withDomain(name);
  const path = repository.slice(repository.indexOf("/") + 1);
  if (path !== path.toLowerCase()) throw invalid(text, "the repository must be in lower case");
  if (!REPOSITORY.test(repository)) throw invalid(text, "the repository has characters that are not allowed");
  if (repository.length > MAX_REPOSITORY)
    throw invalid(text, `the repository is longer than ${MAX_REPOSITORY} characters`);
  if (tag !== undefined && !isTag(tag)) throw invalid(text, "a tag has at most 128 letters, digits, _, . and -");
  if (digest !== undefined && !DIGEST.test(digest)) throw invalid(text, "the digest is malformed");
  return { repository, tag, digest };
}

/** The same for a text that may be something else; undefined if it is not the name of an image. */
export function asImageName(text: string): ImageName | undefined {
  try {
    return parseImageName(text);
  } catch {
    return undefined;
  }
}

/** Tells whether a text is a valid tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * What a text means if it is given with a name in a registry: a tag alone is a tag of the same repository, unless it is
 * the name of that repository (`app` with `app:1.0`).
 * @throws ReferenceInvalidError REFERENCE_INVALID
 */
export function nameBeside(text: string, { repository }: ImageName): ImageName {
  if (!isTag(text)) return parseImageName(text);
  return asImageName(text)?.repository === repository ? { repository } : { repository, tag: text };
}

/** The full name with a tag, `latest` if it has none: `docker.io/library/alpine:latest`. A digest is left out. */
export function fullName(name: ImageName): string {
  return `${name.repository}:${name.tag ?? DEFAULT_TAG}`;
}

/**
 * The short form that Docker shows and writes to archives, always with a tag: `alpine:latest`. A digest is left out.
 */
export function familiarName(name: ImageName): string {
  return fullName(name)
    .replace(/^docker\.io\/library\/(?=[^/]+$)/, "")
    .replace(/^docker\.io\//, "");
}

/**
 * What `RepoTags` of a docker-archive can hold: a repository with a tag, `latest` if the text has none.
 * @throws ReferenceInvalidError REFERENCE_INVALID, also for a name with a digest
 */
export function nameInArchive(text: string): string {
  const name = parseImageName(text);
  if (name.digest === undefined) return familiarName(name);
  throw new ReferenceInvalidError(
    `${JSON.stringify(text)} has a digest, which names of images in a docker-archive cannot have`,
    {
      details: { hint: "name a repository, with or without a tag" },
    },
  );
}

/** The familiar form of a text if it is a valid name with a tag; undefined for anything else, also for a tag alone. */
export function taggedName(text: string): string | undefined {
  const name = asImageName(text);
  return name?.tag === undefined ? undefined : familiarName(name);
}

const DEFAULT_TAG = "latest";
const DEFAULT_DOMAIN = "docker.io";
const LEGACY_DOMAIN = "index.docker.io";
const MAX_REPOSITORY = 255;

const DOMAIN_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const DOMAIN = `(?:${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${DOMAIN}/${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** A tag begins at the last colon, unless a slash follows: then the colon belongs to a port. */
function splitName(text: string): { name: string; tag: string | undefined; digest: string | undefined } {
  const at = text.indexOf("@");
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const rest = at === -1 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(":");
  if (colon === -1 || rest.includes("/", colon)) return { name: rest, tag: undefined, digest };
  return { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

/**
 * The first component is a domain if it cannot be part of a repository: a dot, a colon or an upper-case letter, or
 * `localhost`.
 */
function withDomain(name: string): string {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const isDomain = first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase();
  const domain = isDomain && first !== LEGACY_DOMAIN ? first : DEFAULT_DOMAIN;
  const path = isDomain ? name.slice(slash + 1) : name;
  return domain === DEFAULT_DOMAIN && !path.includes("/") ? `${domain}/library/${path}` : `${domain}/${path}`;
}

function invalid(text: string, why: string): ReferenceInvalidError {
  return new ReferenceInvalidError(`${JSON.stringify(text)} is not the name of an image: ${why}`);
}
