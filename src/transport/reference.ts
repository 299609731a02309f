/** The names of containers-transports(5), with their meaning there. */
export type TransportName = "docker-archive" | "oci" | "oci-archive";

/** A parsed reference: a transport, and what it is to read or write. `text` is what a person would type for it. */
export type Reference =
  | {
      readonly transport: "docker-archive" | "oci-archive";
      readonly text: string /** `-` means stdin or stdout. */;
      readonly path: string;
      readonly selector?: Selector | undefined;
    }
  | {
      readonly transport: "oci";
      readonly text: string;
      readonly path: string;
      readonly selector?: Selector | undefined;
    };

/** Which image of an archive or a layout: by its name or tag, or by its place (`@0`). */
export type Selector = { readonly name: string } | { readonly position: number };
