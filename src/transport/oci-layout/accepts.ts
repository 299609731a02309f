import type { Accepts } from "../contracts.ts";

/** What an OCI layout holds, in a folder or in an archive. `auto` keeps the compression of the source's layers where they agree on one. */
export const OCI_ACCEPTS: Accepts = {
  families: new Set(["oci"]),
  compressions: new Set(["none", "gzip", "zstd"]),
  index: true,
  parallel: true,
  autoCompression(source) {
    const [only] = source;
    return source.size === 1 && only !== undefined && only !== "none" ? only : "gzip";
  },
};
