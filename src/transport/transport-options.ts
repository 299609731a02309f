import type { DaemonOptions } from "./daemon/endpoint.ts";
import type { RegistryOptions } from "./registry/options.ts";
import type { RootfsOptions } from "./rootfs/source.ts";

/**
 * How servers with images are reached, and what a root filesystem does not say about itself. Everything is optional;
 * the defaults are those of docker, podman and skopeo.
 */
export interface TransportOptions {
  /** Which Docker daemon, like docker's own global flags. */
  readonly docker?: DaemonOptions | undefined;
  /** `host` is the address of podman's socket. */
  readonly podman?: Pick<DaemonOptions, "host"> | undefined;
  readonly registry?: RegistryOptions | undefined;
  readonly rootfs?: RootfsOptions | undefined;
}
