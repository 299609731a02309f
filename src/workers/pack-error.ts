import {
  type ErrorDetails,
  FlattenError,
  type ImageCode,
  ImageInvalidError,
  isFlattenError,
  LimitError,
  ReferenceInvalidError,
  type Stage,
  type TransportCode,
  TransportError,
  type UsageCode,
  UsageError,
} from "../errors.ts";

/** An error as plain data: structured cloning would lose its class and properties such as `code` and `details`. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: PackedError | undefined;
  /** Only in planish's own errors. */
  readonly own?: { readonly code: string; readonly details: ErrorDetails; readonly stage: Stage | undefined };
  /** Properties that Node adds to system errors. */
  readonly system?: Readonly<Record<string, unknown>>;
}

/** Converts any thrown value to plain data: if disposing failed after an error, and `using` joined both, the first. */
export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return packError(new Error(String(error)));
  if ("suppressed" in error) return packError(error.suppressed);
  const { name, message, stack, cause } = error;
  const packed = { name, message, stack, cause: cause === undefined ? undefined : packError(cause) };
  if (isFlattenError(error)) {
    const { code, details, stage } = error;
    return { ...packed, own: { code, details, stage } };
  }
  const system = Object.entries(error).filter(([key]) => SYSTEM_FIELDS.has(key));
  return system.length === 0 ? packed : { ...packed, system: Object.fromEntries(system) };
}

/** The error that was packed: same class, code, details, stage, message, stack and cause. */
export function unpackError(packed: PackedError): Error {
  const cause = packed.cause && unpackError(packed.cause);
  const error = packed.own === undefined ? new Error(packed.message, cause && { cause }) : unpackOwn(packed, cause);
  // Not enumerable, as in any other error.
  if (error.name !== packed.name) define(error, "name", packed.name);
  define(error, "stack", packed.stack);
  return Object.assign(error, packed.system);
}

const SYSTEM_FIELDS: ReadonlySet<string> = new Set(["code", "errno", "syscall", "path", "dest"]);

function unpackOwn({ name, message, own }: PackedError, cause: Error | undefined): Error {
  const { code, details = {}, stage } = own ?? {};
  const error = create({ name, message, code: code ?? "", details, cause });
  error.stage = stage;
  return error;
}

interface Made {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly details: ErrorDetails;
  readonly cause: Error | undefined;
}

function create({ name, message, code, ...init }: Made): FlattenError {
  switch (name) {
    case "ImageInvalidError":
      return new ImageInvalidError(code as ImageCode, message, init);
    case "TransportError":
      return new TransportError(code as TransportCode, message, init);
    case "UsageError":
      return new UsageError(code as UsageCode, message, init);
    case "ReferenceInvalidError":
      return new ReferenceInvalidError(message, init);
    case "LimitError": {
      const { limit = "", allowed = 0, actual = 0, ...more } = init.details;
      return new LimitError(limit, allowed, actual, more);
    }
    default:
      return new FlattenError(code as FlattenError["code"], message, init);
  }
}

function define(error: Error, key: "name" | "stack", value: string | undefined): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
}
