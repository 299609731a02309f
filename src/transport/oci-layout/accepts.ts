import { autoCompression } from "../auto-compression.ts";
import type { Accepts } from "../contracts.ts";

/** What an OCI layout can hold, in a folder or in an archive. */
export const OCI_ACCEPTS: Accepts = {
  families: new Set(["oci"]),
  compressions: new Set(["none", "gzip", "zstd"]),
  index: true,
  parallel: true,
  autoCompression,
};
