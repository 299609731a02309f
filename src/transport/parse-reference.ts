import { ReferenceInvalidError } from "../errors.ts";
import {
  type BarePath,
  type FileReference,
  type FileTransport,
  type NamedReference,
  type NamedTransport,
  namedReference,
  type Reference,
  reference,
  type Selector,
} from "./reference.ts";

/**
 * Parses `TRANSPORT:PATH[:NAME|:@POSITION]`, `TRANSPORT:NAME`, `docker://NAME`, or a bare path or name. Reads no file.
 * The path ends at its first colon, as in containers-transports(5); a bare path and that of `rootfs:` may contain
 * colons.
 * @throws ReferenceInvalidError REFERENCE_INVALID with a hint about what to type
 */
export function parseReference(text: string): Reference | BarePath {
  // Callers from JavaScript may pass anything.
  const fault = typeof text !== "string" ? "a reference must be a string" : text === "" && "a reference is empty";
  if (fault) throw new ReferenceInvalidError(fault, { details: { hint: TRANSPORTS_HINT } });
  if (text.includes("\0")) throw new ReferenceInvalidError("a reference has a NUL character in it");
  const colon = text.indexOf(":");
  const scheme = colon === -1 ? "" : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (isFileTransport(scheme)) return withPath(scheme, rest, text);
  if (isNamedTransport(scheme)) return withName(scheme, rest, text);
  refuseOthers(scheme, rest, text);
  return { path: text };
}

/**
 * Tells whether a bare text may be the name of an image. Texts that look like a path, or like an archive with a name in
 * it, are never looked up on a server.
 */
export function isBareName(text: string): boolean {
  return !/^[-./~]|\.(tar|tgz|gz|zst|xz|bz2|oci)(?::|$)/i.test(text);
}

const NAMED_TRANSPORTS: ReadonlySet<string> = new Set<NamedTransport>([
  "docker",
  "docker-daemon",
  "podman",
  "container",
  "podman-container",
]);
/** How references to files and folders are typed. */
const FORMS: Readonly<Record<FileTransport, string>> = {
  "docker-archive": "docker-archive:PATH[:NAME]",
  oci: "oci:DIR[:TAG]",
  "oci-archive": "oci-archive:PATH[:TAG]",
  rootfs: "rootfs:PATH",
};
/** The hint for an invalid reference: all transports. */
export const TRANSPORTS_HINT = `use docker-daemon:NAME, podman:NAME, container:NAME, docker://NAME, ${Object.values(FORMS).join(", ")}, a path, or - for stdin and stdout`;

function isFileTransport(scheme: string): scheme is FileTransport {
  return Object.hasOwn(FORMS, scheme);
}

function isNamedTransport(scheme: string): scheme is NamedTransport {
  return NAMED_TRANSPORTS.has(scheme);
}

/** `docker:24` is also the name of an image of Docker Hub, so the reference of a registry needs its slashes. */
function withName(transport: NamedTransport, rest: string, text: string): NamedReference {
  const slashes = transport === "docker" ? "//" : "";
  const name = rest.slice(slashes.length);
  if (name !== "" && rest.startsWith(slashes)) return namedReference(transport, name);
  throw new ReferenceInvalidError(`${JSON.stringify(text)} names no image of ${transport}:`, {
    details: {
      hint:
        transport === "docker"
          ? "use docker://NAME for a registry, docker-daemon:NAME for the daemon"
          : TRANSPORTS_HINT,
    },
  });
}

function withPath(transport: FileTransport, rest: string, text: string): FileReference {
  // No name can follow the path of a root filesystem.
  const colon = transport === "rootfs" ? -1 : rest.indexOf(":");
  const path = colon === -1 ? rest : rest.slice(0, colon);
  if (path === "") {
    throw new ReferenceInvalidError(`the path in ${JSON.stringify(text)} is empty`, {
      details: { hint: `it follows the first colon: ${FORMS[transport]}` },
    });
  }
  if (transport === "oci" && path === "-") {
    throw new ReferenceInvalidError("an OCI layout is a folder and cannot be read from stdin or written to stdout", {
      details: { hint: "use oci-archive:-" },
    });
  }
  return reference(transport, path, colon === -1 ? undefined : parseSelector(rest.slice(colon + 1), text));
}

function parseSelector(selector: string, text: string): Selector {
  if (selector === "")
    throw new ReferenceInvalidError(`${JSON.stringify(text)} ends in a colon`, { details: { hint: TRANSPORTS_HINT } });
  if (!selector.startsWith("@")) return { name: selector };
  const position = Number(selector.slice(1));
  if (!/^@[0-9]+$/.test(selector) || !Number.isSafeInteger(position)) {
    throw new ReferenceInvalidError(`${JSON.stringify(selector)} is not a position`, {
      details: { hint: "@0 is the first image, @1 the second" },
    });
  }
  return { position };
}

/**
 * Transports of other tools, each with commands that convert to one of ours. `NAME` stands for the rest of the
 * reference.
 */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "containers-storage": "podman save --format oci-archive -o image.tar NAME, then flatten image.tar",
  dir: "skopeo copy dir:NAME oci:image, then flatten oci:image",
};

/** Refuses unknown schemes; anything else with a colon may be a file, or a name with a tag. */
function refuseOthers(scheme: string, rest: string, text: string): void {
  const elsewhere = Object.hasOwn(ELSEWHERE, scheme) ? ELSEWHERE[scheme] : undefined;
  if (elsewhere !== undefined) {
    throw new ReferenceInvalidError(`the transport ${scheme}: cannot be read or written directly`, {
      details: { hint: elsewhere.replace("NAME", rest) },
    });
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text)) {
    throw new ReferenceInvalidError(`${JSON.stringify(`${scheme}://`)} is not a transport`, {
      details: { hint: TRANSPORTS_HINT },
    });
  }
}
