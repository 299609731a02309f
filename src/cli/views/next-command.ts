import { basename } from "node:path";
import { escapeText } from "../text/escape.ts";
import { shellQuote } from "../text/shell-quote.ts";

/** A command that uses the image at a destination; undefined if there is none, as for stdout. */
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

/** `PATH[:NAME]` without the name: the first colon ends the path, see containers-transports(5). */
export function archivePath(path: string): string {
  const colon = path.indexOf(":");
  return colon === -1 ? path : path.slice(0, colon);
}

/**
 * A name with an explicit tag. In a layout the name of an image is often a tag alone; the folder's name is then its
 * repository.
 */
function engineName(name: string, folder: string): string {
  if (name.lastIndexOf(":") > name.lastIndexOf("/")) return name;
  return name.includes("/") ? `${name}:latest` : `${repositoryName(basename(folder))}:${name}`;
}

/** Turns a text into a valid repository name. */
function repositoryName(text: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g);
  return words?.join("-") ?? "image";
}

function word(text: string): string {
  return escapeText(shellQuote(text));
}
