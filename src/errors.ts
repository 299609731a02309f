/**
 * All errors that planish throws on purpose. The `code` is the contract: messages may be reworded, codes may not.
 * The class says who must act: the user, the author of the image, or the operator. Imports nothing.
 */

/** The five stages in the order of a run, and `verify`, which reads the result back. */
export type Stage = "open" | "scan" | "plan" | "encode" | "write" | "verify";

/** Codes of {@link UsageError}: the user can correct the command. */
export type UsageCode =
  | "ARGUMENT_INVALID"
  | "COMMAND_UNKNOWN"
  | "REFERENCE_INVALID"
  | "PLATFORM_NOT_FOUND"
  | "PATH_NOT_FOUND"
  | "DESTINATION_EXISTS";

/** Codes of {@link ImageInvalidError}: the author of the image must act. */
export type ImageCode =
  | "DIGEST_MISMATCH"
  | "SIZE_MISMATCH"
  | "MANIFEST_INVALID"
  | "IMAGE_UNSUPPORTED"
  | "CONFIG_INVALID"
  | "TAR_INVALID"
  | "GZIP_INVALID"
  | "ZSTD_INVALID"
  | "WHITEOUT_INVALID"
  | "PATH_UNSAFE"
  | "LINK_DANGLING";

/** Codes of {@link TransportError}: the operator must fix a disk, a server, a permission or a lack of memory. */
export type TransportCode =
  | "SOURCE_NOT_FOUND"
  | "AUTH_DENIED"
  | "TRANSPORT_FAILED"
  | "DAEMON_UNREACHABLE"
  | "DESTINATION_REFUSED"
  | "DISK_FULL"
  | "WORKER_LOST";

/** The code of {@link LimitError}: a limit was exceeded that the operator can raise. */
export type LimitCode = "LIMIT_EXCEEDED";

/** Every code that planish's errors have. */
export type ErrorCode = UsageCode | ImageCode | TransportCode | LimitCode;

/** Where the error occurred and what it is about, for machines; every field is plain data. */
export interface ErrorDetails {
  /** Reference of the image that is damaged or exceeds a limit. */
  readonly image?: string;
  /** Layer number, 0 = bottom. */
  readonly layer?: number;
  /** Path of the entry, one character per byte (latin1), not escaped. */
  readonly entry?: string;
  /** What the entry links to, in the same form as `entry`. */
  readonly target?: string;
  /** Byte offset in the uncompressed tar of the layer. */
  readonly offset?: number;
  /** Row of the semantics table, or name of the rule that was violated. */
  readonly rule?: string;
  readonly digest?: string;
  readonly path?: string;
  /** `os/arch[/variant]` that was asked for. */
  readonly platform?: string;
  /** What `--base` named, if that could not be read. */
  readonly base?: string;
  readonly limit?: string;
  readonly allowed?: number;
  readonly actual?: number;
  /** What to do about it, as one sentence. */
  readonly hint?: string;
  readonly [key: string]: unknown;
}

interface ErrorInit {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/** The base class of all errors that planish throws on purpose. */
export class FlattenError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  /** Complete when the error leaves the library; {@link inImage} and {@link inLayer} add to them on the way. */
  details: ErrorDetails;
  /** The stage in which it was thrown; set by {@link inStage}. */
  stage: Stage | undefined;

  constructor(code: Code, message: string, init: ErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = init.details ?? {};
  }
}

/** The command or the options are wrong. Exit status 2. */
export class UsageError extends FlattenError<UsageCode> {}

/** A reference does not follow the grammar. Exit status 2. */
export class ReferenceInvalidError extends UsageError {
  constructor(message: string, init: ErrorInit = {}) {
    super("REFERENCE_INVALID", message, init);
  }
}

/** The image is damaged, contradicts itself or is of a kind that cannot be flattened. Exit status 3. */
export class ImageInvalidError extends FlattenError<ImageCode> {}

/** Something outside the image failed: reading, writing, or a thread of this process. Exit status 4. */
export class TransportError extends FlattenError<TransportCode> {}

/** A limit was exceeded; `details` has `limit`, `allowed` and `actual`. Exit status 5. */
export class LimitError extends FlattenError<LimitCode> {
  constructor(limit: string, allowed: number, actual: number, details: ErrorDetails = {}) {
    super("LIMIT_EXCEEDED", `${limit}: ${actual} exceeds the limit of ${allowed}`, {
      details: { limit, allowed, actual, ...details },
    });
  }
}

/** Whether a value is an error of planish; tested by its properties, which works across copies of this module. */
export function isFlattenError(value: unknown): value is FlattenError {
  return value instanceof Error && "code" in value && "details" in value && "stage" in value;
}

/**
 * Runs work on one image and adds its reference to errors that are about the image itself, since a command may read
 * several.
 */
export async function inImage<Result>(image: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isAboutImage(error)) error.details = { image, ...error.details };
    throw error;
  }
}

function isAboutImage(error: unknown): error is FlattenError {
  if (error instanceof ImageInvalidError || error instanceof LimitError) return true;
  return error instanceof UsageError && error.code === "PLATFORM_NOT_FOUND";
}

/** Runs work on one layer and adds the layer's number (0 = bottom) to errors of planish. */
export async function inLayer<Result>(layer: number, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isFlattenError(error)) error.details = { layer, ...error.details };
    throw error;
  }
}

/** Runs a part of a stage and sets the stage of errors of planish that have none yet. */
export async function inStage<Result>(stage: Stage, work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isFlattenError(error)) error.stage ??= stage;
    throw error;
  }
}
