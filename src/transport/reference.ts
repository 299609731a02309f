/**
 * Transports of files and folders, with the names and the meaning of containers-transports(5); and `rootfs`, a root
 * filesystem in a folder, a tar or a filesystem image.
 */
export type FileTransport = "docker-archive" | "oci" | "oci-archive" | "rootfs";
/**
 * Transports of servers that identify images by name: registries and engines; and containers of engines, which can only
 * be read.
 */
export type NamedTransport = "docker" | "docker-daemon" | "podman" | ContainerTransport;
export type ContainerTransport = "container" | "podman-container";

/** A parsed reference: a transport, and what is read or written by it. `text` is what a user would type for it. */
export type Reference = FileReference | NamedReference;

export interface FileReference {
  readonly transport: FileTransport;
  readonly text: string;
  /** A file, for `oci` a folder, for `rootfs` either; `-` means stdin or stdout. */
  readonly path: string;
  readonly selector?: Selector | undefined;
}

export interface NamedReference {
  readonly transport: NamedTransport;
  readonly text: string;
  /** The image's name as typed; for an engine also an ID or the beginning of one. */
  readonly name: string;
}

/** Which image of an archive or a layout: by its name or tag, or by its position (`@0`). */
export type Selector = { readonly name: string } | { readonly position: number };

/** A path without a transport, which is decided by what is there or by the source. */
export interface BarePath {
  readonly transport?: undefined;
  readonly path: string;
}

/** Makes a reference, with its {@link FileReference.text}. */
export function reference(transport: FileTransport, path: string, selector?: Selector): FileReference {
  const suffix = selector === undefined ? "" : `:${selectorText(selector)}`;
  return { transport, path, selector, text: pathText(transport, path) + suffix };
}

/** A path as it is typed: after a transport a colon would end it, so one with a colon stands alone. */
function pathText(transport: FileTransport, path: string): string {
  if (!path.includes(":") || transport === "rootfs") return `${transport}:${path}`;
  return /^[./]/.test(path) ? path : `./${path}`;
}

/** The reference to the same image by the first of its names; unchanged if it has none. */
export function firstNamed(unnamed: FileReference, [name]: readonly string[]): FileReference {
  return name === undefined ? unnamed : reference(unnamed.transport, unnamed.path, { name });
}

/** The name that selects an image; undefined if its position does, or nothing. */
export function selectedName({ selector }: FileReference): string | undefined {
  return selector !== undefined && "name" in selector ? selector.name : undefined;
}

/** A selector as it is typed. */
function selectorText(selector: Selector): string {
  return "name" in selector ? selector.name : `@${selector.position}`;
}

/** A reference to an image that a server knows by name. */
export function namedReference(transport: NamedTransport, name: string): NamedReference {
  return { transport, name, text: `${transport}:${transport === "docker" ? "//" : ""}${name}` };
}

/** Tells whether a reference means stdin or stdout. */
export function isStdio(reference: Reference): boolean {
  return isFileReference(reference) && reference.path === "-";
}

/** Tells whether a reference is to a file or a folder. */
export function isFileReference(reference: Reference): reference is FileReference {
  return "path" in reference;
}
