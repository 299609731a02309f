/** The names of containers-transports(5), with their meaning there. */
export type TransportName = "docker-archive" | "oci" | "oci-archive";

/** A parsed reference: a transport, and what it is to read or write. */
export interface Reference {
  readonly transport: TransportName;
  /** What a person would type for it. */
  readonly text: string;
  /** A file or, for `oci`, a folder; `-` means stdin or stdout. */
  readonly path: string;
  readonly selector?: Selector | undefined;
}

/** Which image of an archive or a layout: by its name or tag, or by its place (`@0`). */
export type Selector = { readonly name: string } | { readonly position: number };

/** A path without a transport: what is there, or what the source was, decides. */
export interface BarePath {
  readonly transport?: undefined;
  readonly path: string;
}

/** Makes the reference that {@link Reference.text} says. */
export function reference(transport: TransportName, path: string, selector?: Selector): Reference {
  const suffix = selector === undefined ? "" : `:${selectorText(selector)}`;
  return { transport, path, selector, text: `${transport}:${path}${suffix}` };
}

/** A selector as it is typed. */
export function selectorText(selector: Selector): string {
  return "name" in selector ? selector.name : `@${selector.position}`;
}
