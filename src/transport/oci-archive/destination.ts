import type { ArchiveKind } from "../archive/archive-destination.ts";
import { OCI_ACCEPTS } from "../oci-layout/accepts.ts";

/** An OCI layout in a tar, and nothing besides. */
export const OCI_ARCHIVE: ArchiveKind = { accepts: { ...OCI_ACCEPTS, parallel: false }, closingFiles: () => [] };
