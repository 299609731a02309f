import type { DaemonOptions } from "./daemon/endpoint.ts";
import type { RegistryOptions } from "./registry/options.ts";
import type { RootfsOptions } from "./rootfs/source.ts";

/**
 * How the servers are reached that images live on, and what a root filesystem does not say of itself. Everything is
 * optional; the defaults are those of docker, podman and skopeo.
 */
export interface TransportOptions {
  /** Which Docker daemon, as docker's own global flags say it. */
  readonly docker?: DaemonOptions | undefined;
  /** `host` is the address of podman's socket. */
  readonly podman?: Pick<DaemonOptions, "host"> | undefined;
  readonly registry?: RegistryOptions | undefined;
  readonly rootfs?: RootfsOptions | undefined;
}
