import { escapeText } from "../text/escape.ts";
import { shellQuote } from "../text/shell-quote.ts";

/** What to type to use an image that lies at a destination; undefined when it went to stdout. */
export function nextCommand(destination: string, tags: readonly string[]): string | undefined {
  const colon = destination.indexOf(":");
  const transport = destination.slice(0, colon);
  const path = destination.slice(colon + 1);
  if (path === "-" || path.startsWith("-:")) return undefined;
  switch (transport) {
    case "docker-archive":
      return `docker load -i ${word(archivePath(path))}`;
    case "oci-archive":
      return `podman load -i ${word(archivePath(path))}`;
    case "oci":
      return `planish copy ${word(destination)} ${word(`docker-daemon:${engineName(tags[0] ?? "flat", destination)}`)}`;
    default:
      return undefined;
  }
}

/** `PATH[:NAME]` without the name: the first colon ends the path, as containers-transports(5) has it. */
export function archivePath(path: string): string {
  const colon = path.indexOf(":");
  return colon === -1 ? path : path.slice(0, colon);
}

/** A name with its tag said aloud; what a layout goes by is often a tag alone. */
function engineName(name: string, destination: string): string {
  if (name.lastIndexOf(":") > name.lastIndexOf("/")) return name;
  return destination.endsWith(`:${name}`) ? `NAME:${name}` : `${name}:latest`;
}

function word(text: string): string {
  return escapeText(shellQuote(text));
}
