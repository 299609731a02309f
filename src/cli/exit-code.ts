import { type ErrorCode, isFlattenError } from "../index.ts";
import { GateNotMet } from "./gate.ts";
import { isIncomplete } from "./incomplete.ts";
import { Interruption } from "./interruption.ts";

/** Exit statuses by kind of failure. They are part of the interface: scripts test them. */
const EXIT = {
  usage: 2,
  image: 3,
  transport: 4,
  limit: 5,
  incomplete: 69,
  bug: 70,
} as const;

const BY_CODE: Readonly<Record<ErrorCode, number>> = {
  ARGUMENT_INVALID: EXIT.usage,
  COMMAND_UNKNOWN: EXIT.usage,
  REFERENCE_INVALID: EXIT.usage,
  PLATFORM_NOT_FOUND: EXIT.usage,
  PATH_NOT_FOUND: EXIT.usage,
  DESTINATION_EXISTS: EXIT.usage,
  DIGEST_MISMATCH: EXIT.image,
  SIZE_MISMATCH: EXIT.image,
  MANIFEST_INVALID: EXIT.image,
  IMAGE_UNSUPPORTED: EXIT.image,
  CONFIG_INVALID: EXIT.image,
  TAR_INVALID: EXIT.image,
  GZIP_INVALID: EXIT.image,
  ZSTD_INVALID: EXIT.image,
  WHITEOUT_INVALID: EXIT.image,
  PATH_UNSAFE: EXIT.image,
  LINK_DANGLING: EXIT.image,
  SOURCE_NOT_FOUND: EXIT.transport,
  AUTH_DENIED: EXIT.transport,
  TRANSPORT_FAILED: EXIT.transport,
  DAEMON_UNREACHABLE: EXIT.transport,
  DESTINATION_REFUSED: EXIT.transport,
  DISK_FULL: EXIT.transport,
  WORKER_LOST: EXIT.transport,
  LIMIT_EXCEEDED: EXIT.limit,
};

/** The exit status for an error; an error that planish did not throw on purpose is a bug. */
export function exitCode(error: unknown): number {
  if (error instanceof Interruption || error instanceof GateNotMet) return error.exitCode;
  if (isFlattenError(error)) return BY_CODE[error.code] ?? EXIT.bug;
  return isIncomplete(error) ? EXIT.incomplete : EXIT.bug;
}
