import { basename } from "node:path";
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
      return `planish copy ${word(destination)} ${word(`docker-daemon:${engineName(tags[0] ?? "flat", archivePath(path))}`)}`;
    default:
      return undefined;
  }
}

/** `PATH[:NAME]` without the name: the first colon ends the path, as containers-transports(5) has it. */
export function archivePath(path: string): string {
  const colon = path.indexOf(":");
  return colon === -1 ? path : path.slice(0, colon);
}

/**
 * A name with its tag said aloud. What an image goes by in a layout is often a tag alone, which the folder's name goes
 * with.
 */
function engineName(name: string, folder: string): string {
  if (name.lastIndexOf(":") > name.lastIndexOf("/")) return name;
  return name.includes("/") ? `${name}:latest` : `${repositoryName(basename(folder))}:${name}`;
}

/** A text made into what an engine takes as the name of a repository. */
function repositoryName(text: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g);
  return words?.join("-") ?? "image";
}

function word(text: string): string {
  return escapeText(shellQuote(text));
}
