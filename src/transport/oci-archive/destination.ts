import type { ArchiveKind } from "../archive/archive-destination.ts";
import { OCI_ACCEPTS } from "../oci-layout/accepts.ts";

/** An OCI layout in a tar, without further members. */
export const OCI_ARCHIVE: ArchiveKind = { accepts: { ...OCI_ACCEPTS, parallel: false }, closingFiles: () => [] };
