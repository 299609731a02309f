import { autoCompression } from "../auto-compression.ts";
import type { Accepts } from "../contracts.ts";

/** Docker 20.10 cannot read zstd; podman and the classic store keep no compressed layers. */
export const CLASSIC_ACCEPTS: Accepts = {
  families: new Set(["oci", "docker"]),
  compressions: new Set(["none", "gzip"]),
  index: false,
  keepsManifests: false,
  parallel: false,
  autoCompression: () => "none",
};

export const CONTAINERD_ACCEPTS: Accepts = {
  families: new Set(["oci", "docker"]),
  compressions: new Set(["none", "gzip", "zstd"]),
  index: false,
  indexIfAsked: true,
  parallel: false,
  autoCompression,
};
