import { ReferenceInvalidError } from "../errors.ts";
import { type BarePath, type FileReference, type FileTransport, reference, type Selector } from "./reference.ts";

/**
 * Parses `TRANSPORT:PATH[:NAME|:@POSITION]`, or a bare path. Looks at no file. The path ends at its first colon, as in containers-transports(5);
 * a bare path has its colons to itself.
 * @throws ReferenceInvalidError REFERENCE_INVALID with a hint that says what to type
 */
export function parseReference(text: string): FileReference | BarePath {
  if (text === "") throw new ReferenceInvalidError("a reference is empty", { details: { hint: KNOWN } });
  if (text.includes("\0")) throw new ReferenceInvalidError("a reference has a NUL character in it");
  const colon = text.indexOf(":");
  const scheme = colon === -1 ? "" : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (isTransport(scheme)) return withTransport(scheme, rest, text);
  refuseOthers(scheme, rest, text);
  return { path: text };
}

const TRANSPORTS: ReadonlySet<string> = new Set<FileTransport>(["docker-archive", "oci", "oci-archive"]);
const KNOWN =
  "use docker-archive:PATH[:NAME], oci:DIR[:TAG], oci-archive:PATH[:TAG], a path, or - for stdin and stdout";

function isTransport(scheme: string): scheme is FileTransport {
  return TRANSPORTS.has(scheme);
}

function withTransport(transport: FileTransport, rest: string, text: string): FileReference {
  const colon = rest.indexOf(":");
  const path = colon === -1 ? rest : rest.slice(0, colon);
  if (path === "") {
    throw new ReferenceInvalidError(`${JSON.stringify(text)} names no path`, { details: { hint: KNOWN } });
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
    throw new ReferenceInvalidError(`${JSON.stringify(text)} ends in a colon`, { details: { hint: KNOWN } });
  if (!selector.startsWith("@")) return { name: selector };
  const position = Number(selector.slice(1));
  if (!/^@[0-9]+$/.test(selector) || !Number.isSafeInteger(position)) {
    throw new ReferenceInvalidError(`${JSON.stringify(selector)} is not a position`, {
      details: { hint: "@0 is the first image, @1 the second" },
    });
  }
  return { position };
}

/** Transports that others have: each with what leads here. `NAME` stands for the rest of the reference. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "containers-storage": "podman save --format oci-archive -o image.tar NAME, then flatten image.tar",
  dir: "skopeo copy dir:NAME oci:image, then flatten oci:image",
  docker: "skopeo copy docker:NAME oci:image, then flatten oci:image",
  "docker-daemon": "docker save -o image.tar NAME, then flatten image.tar",
};

/** A scheme that is not ours is refused; anything else with a colon may be a file, or a name with a tag. */
function refuseOthers(scheme: string, rest: string, text: string): void {
  const elsewhere = Object.hasOwn(ELSEWHERE, scheme) ? ELSEWHERE[scheme] : undefined;
  if (elsewhere !== undefined) {
    throw new ReferenceInvalidError(`the transport ${scheme}: cannot be read or written directly`, {
      details: { hint: elsewhere.replace("NAME", rest) },
    });
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text)) {
    throw new ReferenceInvalidError(`${JSON.stringify(`${scheme}://`)} is not a transport`, {
      details: { hint: KNOWN },
    });
  }
}
